using Microsoft.Extensions.Time.Testing;

namespace OrleansHybrid.Support;

/// <summary>A clock that stands still until a test moves it, rings what has become due, and tells when somebody waits.</summary>
public sealed class ManualTimeProvider() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(Predicate<TimeSpan> Fits, int Times, TaskCompletionSource<TimeSpan> Found)> _watchers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this);
        timer.Inner = base.CreateTimer(
            _ =>
            {
                timer.NoteFired();
                callback(state);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock, from one timer to the next; what rings meanwhile, in the order in which it is due and with the clock at its time, has
    /// been called when this returns.
    /// </summary>
    public new void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (FindNextDue(end) is { } due)
        {
            SetUtcNow(due);
        }

        SetUtcNow(end);
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

    private DateTimeOffset? FindNextDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var now = GetUtcNow();
            return _timers.Where(timer => timer.DueAt > now && timer.DueAt <= end).Min(timer => (DateTimeOffset?)timer.DueAt);
        }
    }

    private void NotifyWatchers()
    {
        var now = GetUtcNow();
        foreach (var (fits, times, found) in _watchers.ToList())
        {
            var waits = _timers.Select(timer => timer.DueAt - now).Where(wait => fits(wait)).ToList();
            if (waits.Count >= times)
            {
                found.TrySetResult(waits[0]);
                _watchers.Remove((fits, times, found));
            }
        }
    }

    /// <summary>A timer of the clock below, and when it is due.</summary>
    private sealed class Timer(ManualTimeProvider time) : ITimer
    {
        private TimeSpan _period;
        private int _timesFired;

        public ITimer Inner { get; set; } = null!;

        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int timesFired;
            DateTimeOffset dueAt;
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                timesFired = _timesFired;
                dueAt = dueTime == Timeout.InfiniteTimeSpan ? default : time.GetUtcNow() + dueTime;
            }

            // Outside of the lock, since what is due now rings in here; told only then, so that whoever waits for it moves the clock after.
            var isChanged = Inner.Change(dueTime, period);
            lock (time._lock)
            {
                if (isChanged && dueTime != Timeout.InfiniteTimeSpan && timesFired == _timesFired)
                {
                    AddDueAt(dueAt);
                }
            }

            return isChanged;
        }

        public void NoteFired()
        {
            lock (time._lock)
            {
                _timesFired++;
                time._timers.Remove(this);
                if (_period > TimeSpan.Zero)
                {
                    AddDueAt(time.GetUtcNow() + _period);
                }
            }
        }

        public void Dispose()
        {
            Inner.Dispose();
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void AddDueAt(DateTimeOffset dueAt)
        {
            DueAt = dueAt;
            time._timers.Add(this);
            time.NotifyWatchers();
        }
    }
}
