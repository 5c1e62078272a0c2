namespace Orleans.Hybrid.LocalEngine.Tests;

/// <summary>A clock that moves only when a test moves it, and then rings what has become due.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock; what rings meanwhile has been called when this returns.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _now + by;
        while (NextUntil(end) is { } due)
        {
            _now = due.DueAt;
            due.Ring();
        }

        _now = end;
    }

    private Timer? NextUntil(TimeSpan end)
    {
        lock (_timers)
        {
            return _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
        }
    }

    private sealed class Timer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;
        private bool _isDisposed;

        public TimeSpan DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._timers)
            {
                time._timers.Remove(this);
                (DueAt, _period) = (time._now + dueTime, period);
                if (dueTime != Timeout.InfiniteTimeSpan && !_isDisposed)
                {
                    time._timers.Add(this);
                }

                return !_isDisposed;
            }
        }

        public void Ring()
        {
            Change(_period, _period);
            callback();
        }

        public void Dispose()
        {
            _isDisposed = true;
            Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
