namespace OrleansHybrid.Support;

/// <summary>A clock that stands still until a test moves it, rings what has become due, and tells when somebody waits.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(Predicate<TimeSpan> Fits, int Times, TaskCompletionSource<TimeSpan> Found)> _watchers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock; what rings meanwhile, in the order in which it is due, has been called when this returns.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (FindNextTimer(end) is { } due)
        {
            due.Fire();
        }

        lock (_lock)
        {
            _now = end;
        }
    }

    /// <summary>Ends when somebody, or so many, wait for exactly so long from now.</summary>
    public Task WaitForTimerAsync(TimeSpan due, int times = 1) => WaitForTimerAsync(wait => wait == due, times);

    /// <summary>Ends with how long somebody waits, when that fits.</summary>
    public Task<TimeSpan> WaitForTimerAsync(Predicate<TimeSpan> fits, int times = 1)
    {
        lock (_lock)
        {
            var found = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((fits, times, found));
            NotifyWatchers();
            return found.Task;
        }
    }

    /// <summary>Waits until somebody rests, ends the rest, and answers how long it was to be.</summary>
    public async Task<TimeSpan> FireNextTimerAsync()
    {
        var rest = await WaitForTimerAsync(_ => true);
        Advance(rest);
        return rest;
    }

    private Timer? FindNextTimer(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            _now = next?.DueAt > _now ? next.DueAt : _now;
            return next;
        }
    }

    private void NotifyWatchers()
    {
        foreach (var (fits, times, found) in _watchers.ToList())
        {
            var waits = _timers.Select(timer => timer.DueAt - _now).Where(wait => fits(wait)).ToList();
            if (waits.Count >= times)
            {
                found.TrySetResult(waits[0]);
                _watchers.Remove((fits, times, found));
            }
        }
    }

    private sealed class Timer(ManualTimeProvider time, Action callback) : ITimer
    {
        private TimeSpan _period;
        private bool _isDisposed;

        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan && !_isDisposed)
                {
                    DueAt = time._now + dueTime;
                    time._timers.Add(this);
                    time.NotifyWatchers();
                }

                return !_isDisposed;
            }
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                _isDisposed = true;
                Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
