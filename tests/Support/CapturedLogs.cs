using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Support;

/// <summary>Keeps everything that is logged.</summary>
public sealed class CapturedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Text, TaskCompletionSource Seen)> _watchers = new();

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>Ends when a line has this in it.</summary>
    public Task WaitForAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.Enqueue((text, seen));
        foreach (var line in _lines)
        {
            NotifyWatchers(line);
        }

        return seen.Task;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue($"scope {state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)} {exception}";
        _lines.Enqueue(line);
        NotifyWatchers(line);
    }

    public void Dispose()
    {
    }

    private void NotifyWatchers(string line)
    {
        foreach (var (text, seen) in _watchers)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        }
    }
}
