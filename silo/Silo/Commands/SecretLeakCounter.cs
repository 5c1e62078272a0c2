using System.Collections.Concurrent;
using System.Text;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Silo.Commands;

/// <summary>A destination of logs that takes every line as it was written, and counts those with a secret in any of its forms.</summary>
internal sealed class SecretLeakCounter : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>How many lines there were.</summary>
    public int LineCount => _lines.Count;

    /// <summary>How many of them show one of these.</summary>
    public int CountLeaks(params IEnumerable<string> secrets)
    {
        var scrubber = new SecretRedactor();
        foreach (var secret in secrets)
        {
            _ = new SecretRegistration(scrubber, Encoding.UTF8.GetBytes(secret));
        }

        return _lines.Count(line => scrubber.Redact(line) != line);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
