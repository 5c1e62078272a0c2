using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>An engine with the actors of this assembly, a clock that tests move, and a log that they read.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly FailureLog _failures = new();

    public EngineHost(LocalEngineOptions? options = null, MemoryStates? states = null)
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Script)
            .AddSingleton<IStateStorage>(states ?? new MemoryStates())
            .AddLogging(logging => logging.AddProvider(_failures))
            .AddLocalEngine([typeof(Actor).Assembly], options)
            .BuildServiceProvider();
    }

    public ManualTime Time { get; } = new();

    public Script Script { get; } = new();

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public EngineCounters Counters => _services.GetRequiredService<EngineCounters>();

    public IPlainActor Actor(string key = "a") => Grains.GetGrain<IPlainActor>(key);

    public IReentrantActor Reentrant(string key = "a") => Grains.GetGrain<IReentrantActor>(key);

    /// <summary>The next failure that the engine logged because nobody waited for it.</summary>
    public ValueTask<(string Message, Exception Exception)> NextFailureAsync() => _failures.Entries.Reader.ReadAsync();

    public Task StopAsync(CancellationToken cancel = default) =>
        _services.GetRequiredService<IHostedService>().StopAsync(cancel);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class FailureLog : ILoggerProvider, ILogger
    {
        public Channel<(string, Exception)> Entries { get; } = Channel.CreateUnbounded<(string, Exception)>();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Entries.Writer.TryWrite((formatter(state, exception), exception!));

        public void Dispose()
        {
        }
    }
}
