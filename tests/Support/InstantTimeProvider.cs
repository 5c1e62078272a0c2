namespace OrleansHybrid.Support;

/// <summary>A clock on which every pause is over at once, and is remembered: tests of waiting need not wait.</summary>
public sealed class InstantTimeProvider : TimeProvider
{
    private readonly List<TimeSpan> _pauses = [];
    private readonly Lock _lock = new();
    private TimeSpan _elapsed;

    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_lock)
            {
                return [.. _pauses];
            }
        }
    }

    /// <summary>Moves on by so much.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_lock)
        {
            _elapsed += time;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return DateTimeOffset.UnixEpoch + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _pauses.Add(dueTime);
            _elapsed += dueTime;
        }

        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new CompletedTimer();
    }

    private sealed class CompletedTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
