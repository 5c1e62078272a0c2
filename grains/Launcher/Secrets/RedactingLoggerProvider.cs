using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>
/// A destination of logs that no secret gets to. A line without one goes on as it is; of one that has some, only its text does.
/// </summary>
internal sealed class RedactingLoggerProvider(ILoggerProvider inner, SecretRedactor redactor) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>Stands before every destination of logs that there is.</summary>
    public static void Wrap(IServiceCollection services)
    {
        foreach (var destination in services.Where(service => service.ServiceType == typeof(ILoggerProvider)).ToList())
        {
            services.Remove(destination);
            services.AddSingleton<ILoggerProvider>(provider => new RedactingLoggerProvider(Create(destination, provider), provider.GetRequiredService<SecretRedactor>()));
        }
    }

    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(categoryName), redactor);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => inner.Dispose();

    private static ILoggerProvider Create(ServiceDescriptor destination, IServiceProvider provider) => (ILoggerProvider)(
        destination.ImplementationInstance
        ?? destination.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, destination.ImplementationType!));

    private sealed class RedactingLogger(ILogger inner, SecretRedactor redactor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
            {
                return;
            }

            var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)}\n{exception}";
            if (ContainsSecret(text) || ContainsSecret(Values(state)))
            {
                inner.Log(logLevel, eventId, redactor.Redact(text), null, (shown, _) => shown);
                return;
            }

            inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join('\n', pairs.Select(pair => pair.Value)) : "";

        private bool ContainsSecret(string text) => redactor.Redact(text) != text;
    }
}
