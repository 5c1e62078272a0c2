namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>Time that stands still until a test moves it, and that tells when somebody begins to wait.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock turn = new();
    private readonly List<Alarm> alarms = [];
    private readonly List<(Predicate<TimeSpan> Fits, int Times, TaskCompletionSource<TimeSpan> Found)> watchers = [];
    private TimeSpan now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Ends when somebody, or so many, wait for exactly so long from now.</summary>
    public Task Armed(TimeSpan due, int times = 1) => Armed(wait => wait == due, times);

    /// <summary>Ends with how long somebody waits, when that fits.</summary>
    public Task<TimeSpan> Armed(Predicate<TimeSpan> fits, int times = 1)
    {
        lock (turn)
        {
            var found = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((fits, times, found));
            Tell();
            return found.Task;
        }
    }

    public void Advance(TimeSpan step)
    {
        var end = now + step;
        while (Next(end) is { } alarm)
        {
            alarm.Ring();
        }

        now = end;
    }

    private Alarm? Next(TimeSpan end)
    {
        lock (turn)
        {
            var next = alarms.Where(alarm => alarm.Due <= end).MinBy(alarm => alarm.Due);
            if (next is not null)
            {
                alarms.Remove(next);
                now = next.Due > now ? next.Due : now;
            }

            return next;
        }
    }

    private void Tell()
    {
        foreach (var (fits, times, found) in watchers.ToList())
        {
            var waits = alarms.Select(alarm => alarm.Due - now).Where(wait => fits(wait)).ToList();
            if (waits.Count >= times)
            {
                found.TrySetResult(waits[0]);
                watchers.Remove((fits, times, found));
            }
        }
    }

    private sealed class Alarm(FakeTime time, Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.turn)
            {
                time.alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time.now + dueTime;
                    time.alarms.Add(this);
                    time.Tell();
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
