using OrleansHybrid.Abstractions.Runners;


namespace OrleansHybrid.Runner.Execution;

/// <summary>Why an execution must end before its program does; a later value outweighs an earlier one.</summary>
internal enum StopReason
{
    None,

    /// <summary>The task was cancelled: end the program, then say so.</summary>
    Cancelled,

    /// <summary>The runner leaves: end the program and hand the lease back.</summary>
    Requeue,

    /// <summary>The lease is, or may soon be, another runner's: stop the program at once and report nothing.</summary>
    Lost,
}

/// <summary>
/// One lease this runner works under. From its first renewal it carries its own fence: a timer that interrupts the
/// execution before the lease can end, whatever else in the runner hangs.
/// </summary>
internal sealed class ActiveLease : IDisposable
{
    private static readonly TimeSpan MaxFenceMargin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    // Long enough for short tasks to be over before, and for starts close together to share one heartbeat.
    private static readonly TimeSpan PhaseUpdateDelay = TimeSpan.FromMilliseconds(100);

    // A task may write at any pace: its runner's heartbeats, which carry all leases, do not follow it.
    private static readonly TimeSpan ProgressUpdateDelay = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action _wakeHeartbeat;
    private readonly ITimer _fence;
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _slotGranted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _lost = new();
    private long _renewedAt;
    private long? _phaseChangedAt;
    private long? _progressChangedAt;
    private ProgressLine? _progress;
    private bool _announcing;
    private bool _settled;
    private bool _isFenceFired;

    public ActiveLease(LeaseRef lease, TimeProvider time, Action wakeHeartbeat)
    {
        this._time = time;
        this._wakeHeartbeat = wakeHeartbeat;
        Ref = lease;
        _fence = time.CreateTimer(_ => OnFence(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LeaseRef Ref { get; }

    /// <summary>Ends with the first renewal: from then on the program may be started.</summary>
    public Task Confirmed => _confirmed.Task;

    /// <summary>Ends when its task has a slot again in place of the one that it lent.</summary>
    public Task SlotGranted => _slotGranted.Task;

    /// <summary>Fires with any interruption.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Fires when the lease is lost, also during another interruption.</summary>
    public CancellationToken Lost => _lost.Token;

    public StopReason StopReason { get; private set; }

    /// <summary>How long the lease holds from each renewal; zero before the first.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Where the task stands right now; its execution says.</summary>
    public Func<LeasePhase> Phase { get; set; } = () => LeasePhase.Waiting;

    public string? Digest { get; set; }

    /// <summary>The last progress report that the control plane does not know yet.</summary>
    public ProgressLine? Progress => _progress;

    /// <summary>True when nothing runs under it any more.</summary>
    public bool IsSettled => Volatile.Read(ref _settled);

    /// <summary>How long the program may take to end once the lease is lost: nothing when it is known to be so.</summary>
    public TimeSpan LostGrace => _isFenceFired ? FenceMargin / 2 : TimeSpan.Zero;

    private TimeSpan FenceMargin => Duration / 3 < MaxFenceMargin ? Duration / 3 : MaxFenceMargin;

    /// <summary>When the next renewal is to be sent, seen from now; zero or less when it is due.</summary>
    public TimeSpan TimeUntilRenewal
    {
        get
        {
            lock (_lock)
            {
                if (_announcing)
                {
                    return TimeSpan.Zero;
                }

                var regular = Duration == TimeSpan.Zero ? TimeSpan.Zero : (Duration / 3) - _time.GetElapsedTime(_renewedAt);
                var phaseUpdate = _phaseChangedAt is { } at ? PhaseUpdateDelay - _time.GetElapsedTime(at) : regular;
                var words = _progressChangedAt is { } since ? ProgressUpdateDelay - _time.GetElapsedTime(since) : regular;
                return new[] { regular, phaseUpdate, words }.Min();
            }
        }
    }

    /// <summary>The phase has changed: people should not have to wait for the next renewal to see it.</summary>
    public void RequestHeartbeat()
    {
        lock (_lock)
        {
            // The newest: a heartbeat that is under way may have left without it.
            _phaseChangedAt = _time.GetTimestamp();
        }

        _wakeHeartbeat();
    }

    /// <summary>True while its program waits until its start is reported.</summary>
    public bool IsAnnouncingStart
    {
        get
        {
            lock (_lock)
            {
                return _announcing;
            }
        }
    }

    /// <summary>Reports at once that the program starts; completes when it was reported.</summary>
    public Task AnnounceStartAsync()
    {
        lock (_lock)
        {
            // The heartbeat reports everything that is new.
            (_announcing, _phaseChangedAt) = (!_announced.Task.IsCompleted, null);
        }

        _wakeHeartbeat();
        return _announced.Task;
    }

    /// <summary>The task reports progress, which is sent within seconds.</summary>
    public void ReportProgress(ProgressLine line)
    {
        _progress = line;
        lock (_lock)
        {
            _progressChangedAt ??= _time.GetTimestamp();
        }

        _wakeHeartbeat();
    }

    /// <summary>
    /// Records a renewal; <paramref name="sentAt"/> is a timestamp from before it was sent, <paramref name="reportedPhase"/> its phase.
    /// </summary>
    public void Renew(long sentAt, TimeSpan duration, LeasePhase reportedPhase = LeasePhase.Waiting)
    {
        lock (_lock)
        {
            (_renewedAt, Duration) = (sentAt, duration);
            _phaseChangedAt = _phaseChangedAt >= sentAt ? _phaseChangedAt : null;
            _progressChangedAt = _progressChangedAt >= sentAt ? _progressChangedAt : null;
            if (reportedPhase == LeasePhase.Running)
            {
                _announcing = false;
                _announced.TrySetResult();
            }

            ArmFence();
        }

        _confirmed.TrySetResult();
    }

    /// <summary>There is a slot for a task that had lent its own.</summary>
    public void GrantSlot() => _slotGranted.TrySetResult();

    public void Stop(StopReason reason)
    {
        lock (_lock)
        {
            StopReason = reason > StopReason ? reason : StopReason;
        }

        // Callbacks run on their own time: neither the heartbeat nor the fence waits for an execution.
        _ = reason == StopReason.Lost ? _lost.CancelAsync() : Task.CompletedTask;
        _ = _stopping.CancelAsync();
    }

    public void ClearProgress(ProgressLine? sent) => Interlocked.CompareExchange(ref _progress, null, sent);

    /// <summary>The program has ended, only its result is being reported: nothing is left to fence.</summary>
    public void MarkSettled()
    {
        lock (_lock)
        {
            _settled = true;
            ArmFence();
        }
    }

    // The token sources hold nothing that needs disposal, and a late answer may still want to use them.
    public void Dispose() => _fence.Dispose();

    private void ArmFence()
    {
        // In whole steps of timers: less than one would be none.
        var due = Duration - FenceMargin - _time.GetElapsedTime(_renewedAt);
        var wait = due <= TimeSpan.Zero ? TimeSpan.Zero : due < TimerStep ? TimerStep : due;
        var never = _settled || Duration == TimeSpan.Zero;
        _fence.Change(never ? Timeout.InfiniteTimeSpan : wait, Timeout.InfiniteTimeSpan);
    }

    private void OnFence()
    {
        lock (_lock)
        {
            // A renewal may have come while the timer was firing; and timers, whose clock is coarser, may fire a little early.
            if (_settled || _time.GetElapsedTime(_renewedAt) < Duration - FenceMargin)
            {
                ArmFence();
                return;
            }

            _isFenceFired = true;
        }

        Stop(StopReason.Lost);
    }
}
