namespace OrleansHybrid.Fakes;

/// <summary>One request as it came in.</summary>
public sealed record LedgerEntry(
    DateTimeOffset At,
    string Method,
    string Path,
    IReadOnlyList<string> QueryKeys,
    IReadOnlyList<string> FormKeys,
    string? ContentType,
    bool KeyInUrl);

/// <summary>All requests that came in.</summary>
public sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private int _inFlight;

    /// <summary>All, in their order.</summary>
    public IReadOnlyList<LedgerEntry> All
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
    public Task InFlight(int count)
    {
        lock (_lock)
        {
            var watcher = (count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _watchers.Add(watcher);
            Tell();
            return watcher.Item2.Task;
        }
    }

    internal void Enter(LedgerEntry entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
            PeakInFlight = Math.Max(PeakInFlight, ++_inFlight);
            Tell();
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            _inFlight--;
        }
    }

    private void Tell()
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
