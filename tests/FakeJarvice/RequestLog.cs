namespace OrleansHybrid.Fakes;

/// <summary>One request as it came in.</summary>
public sealed record RequestLogEntry(
    DateTimeOffset At,
    string Method,
    string Path,
    IReadOnlyList<string> QueryKeys,
    IReadOnlyList<string> FormKeys,
    string? ContentType,
    bool KeyInUrl);

/// <summary>All requests that came in.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly List<RequestLogEntry> _entries = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private int _inFlight;

    /// <summary>All, in their order.</summary>
    public IReadOnlyList<RequestLogEntry> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>The most that were worked on at the same time.</summary>
    public int PeakInFlight { get; private set; }

    /// <summary>Ends when so many are worked on at the same time.</summary>
    public Task WaitForInFlightAsync(int count)
    {
        lock (_lock)
        {
            var watcher = (count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _watchers.Add(watcher);
            NotifyWatchers();
            return watcher.Item2.Task;
        }
    }

    internal void OnStarted(RequestLogEntry entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
            PeakInFlight = Math.Max(PeakInFlight, ++_inFlight);
            NotifyWatchers();
        }
    }

    internal void OnCompleted()
    {
        lock (_lock)
        {
            _inFlight--;
        }
    }

    private void NotifyWatchers()
    {
        foreach (var (count, reached) in _watchers)
        {
            if (_inFlight >= count)
            {
                reached.TrySetResult();
            }
        }
    }
}
