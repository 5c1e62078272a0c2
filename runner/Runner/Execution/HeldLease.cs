using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Why an execution must end before its program does; a later value outweighs an earlier one.</summary>
internal enum Interruption
{
    None,

    /// <summary>The task was cancelled: end the program, then say so.</summary>
    Cancelled,

    /// <summary>The runner leaves: end the program and hand the lease back.</summary>
    HandBack,

    /// <summary>The lease is, or may soon be, somebody else's: end the program at once and report nothing.</summary>
    Lost,
}

/// <summary>
/// One lease this runner works under. From its first renewal it carries its own fence: a timer that interrupts the
/// execution before the lease can end, whatever else in the runner hangs.
/// </summary>
internal sealed class HeldLease : IDisposable
{
    private static readonly TimeSpan WidestMargin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    // Long enough for short tasks to be over before, and for starts close together to share one heartbeat.
    private static readonly TimeSpan NewsDelay = TimeSpan.FromMilliseconds(100);

    // A task may write at any pace: its runner's heartbeats, which carry all leases, do not follow it.
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(2);

    private readonly Lock turn = new();
    private readonly TimeProvider time;
    private readonly Action wakeHeartbeat;
    private readonly ITimer fence;
    private readonly TaskCompletionSource confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource interrupted = new();
    private readonly CancellationTokenSource lost = new();
    private long renewedAt;
    private long? newsAt;
    private long? progressAt;
    private ProgressLine? progress;
    private bool announcing;
    private bool settled;
    private bool fell;

    public HeldLease(LeaseRef lease, TimeProvider time, Action wakeHeartbeat)
    {
        this.time = time;
        this.wakeHeartbeat = wakeHeartbeat;
        Ref = lease;
        fence = time.CreateTimer(_ => OnFence(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LeaseRef Ref { get; }

    /// <summary>Ends with the first renewal: from then on the program may be started.</summary>
    public Task Confirmed => confirmed.Task;

    /// <summary>Fires with any interruption.</summary>
    public CancellationToken Interrupted => interrupted.Token;

    /// <summary>Fires when the lease is lost, also during another interruption.</summary>
    public CancellationToken Lost => lost.Token;

    public Interruption Interruption { get; private set; }

    /// <summary>How long the lease holds from each renewal; zero before the first.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Where the task stands right now; its execution says.</summary>
    public Func<LeasePhase> Phase { get; set; } = () => LeasePhase.Waiting;

    public string? Digest { get; set; }

    /// <summary>What the task said last and the control plane does not know yet.</summary>
    public ProgressLine? Progress => progress;

    /// <summary>True when nothing runs under it any more.</summary>
    public bool IsSettled => Volatile.Read(ref settled);

    /// <summary>How long the program may take to end once the lease is lost: nothing when it is known to be so.</summary>
    public TimeSpan LostGrace => fell ? Margin / 2 : TimeSpan.Zero;

    private TimeSpan Margin => Duration / 3 < WidestMargin ? Duration / 3 : WidestMargin;

    /// <summary>When the next renewal is to be sent, seen from now; zero or less when it is due.</summary>
    public TimeSpan UntilRenewal
    {
        get
        {
            lock (turn)
            {
                if (announcing)
                {
                    return TimeSpan.Zero;
                }

                var regular = Duration == TimeSpan.Zero ? TimeSpan.Zero : (Duration / 3) - time.GetElapsedTime(renewedAt);
                var news = newsAt is { } at ? NewsDelay - time.GetElapsedTime(at) : regular;
                var words = progressAt is { } since ? ProgressDelay - time.GetElapsedTime(since) : regular;
                return new[] { regular, news, words }.Min();
            }
        }
    }

    /// <summary>The phase has changed: people should not have to wait for the next renewal to see it.</summary>
    public void TellSoon()
    {
        lock (turn)
        {
            // The newest: a heartbeat that is under way may have left without it.
            newsAt = time.GetTimestamp();
        }

        wakeHeartbeat();
    }

    /// <summary>True while its program waits for the control plane to hear that it starts.</summary>
    public bool IsAnnouncing
    {
        get
        {
            lock (turn)
            {
                return announcing;
            }
        }
    }

    /// <summary>Has the control plane told at once that the program starts; ends when it was.</summary>
    public Task AnnounceAsync()
    {
        lock (turn)
        {
            // It brings whatever there was to tell.
            (announcing, newsAt) = (!announced.Task.IsCompleted, null);
        }

        wakeHeartbeat();
        return announced.Task;
    }

    /// <summary>The task says something about its progress, which is told within seconds.</summary>
    public void Tell(ProgressLine said)
    {
        progress = said;
        lock (turn)
        {
            progressAt ??= time.GetTimestamp();
        }

        wakeHeartbeat();
    }

    /// <summary>
    /// Notes a renewal; <paramref name="sentAt"/> is a timestamp from before it was sent, <paramref name="told"/> the phase that it told.
    /// </summary>
    public void Renew(long sentAt, TimeSpan duration, LeasePhase told = LeasePhase.Waiting)
    {
        lock (turn)
        {
            (renewedAt, Duration) = (sentAt, duration);
            newsAt = newsAt >= sentAt ? newsAt : null;
            progressAt = progressAt >= sentAt ? progressAt : null;
            if (told == LeasePhase.Running)
            {
                announcing = false;
                announced.TrySetResult();
            }

            Arm();
        }

        confirmed.TrySetResult();
    }

    public void Interrupt(Interruption cause)
    {
        lock (turn)
        {
            Interruption = cause > Interruption ? cause : Interruption;
        }

        // Whoever listens runs on its own time: neither the heartbeat nor the fence waits for an execution.
        _ = cause == Interruption.Lost ? lost.CancelAsync() : Task.CompletedTask;
        _ = interrupted.CancelAsync();
    }

    public void ForgetProgress(ProgressLine? arrived) => Interlocked.CompareExchange(ref progress, null, arrived);

    /// <summary>The program is gone, only its result is under way: nothing is left to fence.</summary>
    public void Settle()
    {
        lock (turn)
        {
            settled = true;
            Arm();
        }
    }

    // The token sources hold nothing that needs disposal, and a late answer may still want to use them.
    public void Dispose()
    {
        fence.Dispose();
    }

    private void Arm()
    {
        // In whole steps of timers: less than one would be none.
        var due = Duration - Margin - time.GetElapsedTime(renewedAt);
        var wait = due <= TimeSpan.Zero ? TimeSpan.Zero : due < TimerStep ? TimerStep : due;
        var never = settled || Duration == TimeSpan.Zero;
        fence.Change(never ? Timeout.InfiniteTimeSpan : wait, Timeout.InfiniteTimeSpan);
    }

    private void OnFence()
    {
        lock (turn)
        {
            // A renewal may have come while the timer was firing; and timers, whose clock is coarser, may fire a little early.
            if (settled || time.GetElapsedTime(renewedAt) < Duration - Margin)
            {
                Arm();
                return;
            }

            fell = true;
        }

        Interrupt(Interruption.Lost);
    }
}
