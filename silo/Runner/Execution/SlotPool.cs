using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// How many more tasks this runner can take: its free slots, limited by its remaining lifetime; none while its engine is
/// down, and after that one, to probe whether it works again. A task whose image is late lends its slot to others, and
/// takes the next free one. It is changed in turns of the session's agent only; properties may be read from anywhere.
/// </summary>
internal sealed class SlotPool(int slots, LifetimeMonitor lifetime, TimeProvider time, Random random) : IDisposable
{
    private readonly AsyncSignal _changed = new();
    private readonly Backoff _backoff = new(random, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private readonly HashSet<LeaseRef> _lent = [];
    private readonly Queue<ActiveLease> _reclaiming = new();
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource _claiming = new();
    private volatile bool _isEngineDown;
    private volatile bool _isPausedForEngine;
    private volatile bool _areClaimsPaused;
    private volatile int _acquired;
    private volatile int _lentCount;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => _changed.NextSignal;

    /// <summary>Fires when a claim that is open must end, since there may be less room now than it asked for.</summary>
    public CancellationToken ClaimCancellation => _claiming.Token;

    /// <summary>How many slots tasks have, without those that they lent.</summary>
    public int BusySlots => Math.Max(0, _acquired - _lentCount);

    /// <summary>True when the engine was down when it was last needed.</summary>
    public bool IsEngineDown => _isEngineDown;

    /// <summary>True while nothing is claimed for want of room.</summary>
    public bool AreClaimsPaused => _areClaimsPaused;

    private int FreeSlots => slots - (_acquired - _lentCount);

    /// <summary>
    /// How many tasks to claim now. Only for the claim loop, and while no claim is open: free slots go first to tasks that lent
    /// theirs.
    /// </summary>
    public int GetClaimSize()
    {
        GrantReclaims();
        if (_areClaimsPaused || _isPausedForEngine)
        {
            return 0;
        }

        if (_claiming.IsCancellationRequested)
        {
            // The old one is left to the garbage collector: disposing it would silence a cancellation that is still on its way.
            _claiming = new CancellationTokenSource();
        }

        return Math.Min(Math.Min(FreeSlots, lifetime.RemainingTasks), _isEngineDown ? 1 : slots);
    }

    public void Acquire()
    {
        _acquired++;
        lifetime.OnTaskClaimed();
    }

    /// <summary>A task is over here, also one that lent its slot; it <paramref name="counts"/> when it was started or has got its result.</summary>
    public void Release(LeaseRef lease, bool counts)
    {
        lifetime.OnTaskEnded(counts);
        EndLoan(lease);
        _acquired--;
        _changed.Signal();
    }

    /// <summary>Gives a task's slot to others; false when as many have done so as there are slots.</summary>
    public bool TryLend(LeaseRef lease)
    {
        if (_lent.Contains(lease))
        {
            return true;
        }

        if (_lent.Count == slots)
        {
            return false;
        }

        _lent.Add(lease);
        _lentCount = _lent.Count;
        _changed.Signal();
        return true;
    }

    /// <summary>Gives a task a slot in place of the one that it lent, as soon as there is one.</summary>
    public void Reclaim(ActiveLease lease)
    {
        _reclaiming.Enqueue(lease);
        _ = _claiming.CancelAsync();
        _changed.Signal();
    }

    /// <summary>Claims nothing as long as this is said: there is no room for what tasks write.</summary>
    public void SetClaimsPaused(bool isPaused)
    {
        if (_areClaimsPaused == isPaused)
        {
            return;
        }

        _areClaimsPaused = isPaused;
        _ = isPaused ? _claiming.CancelAsync() : Task.CompletedTask;
        _changed.Signal();
    }

    /// <summary>The engine is down: claim nothing for a while. Further failures during that pause add nothing.</summary>
    public void EngineFailed()
    {
        _isEngineDown = true;
        if (!_isPausedForEngine)
        {
            _isPausedForEngine = true;
            _ = EndPauseAsync(_backoff.NextDelay());
            _ = _claiming.CancelAsync();
        }
    }

    public void EngineRecovered()
    {
        if (_isEngineDown)
        {
            _isEngineDown = false;
            _backoff.Reset();
            _changed.Signal();
        }
    }

    /// <summary>Ends when every slot is free.</summary>
    public async Task WaitForIdleAsync(CancellationToken cancellationToken)
    {
        for (var change = Changed; _acquired > 0; change = Changed)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    // Late calls of tasks that hung may still come: no token source is disposed.
    public void Dispose() => _end.Cancel();

    private async Task EndPauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, time, _end.Token);
        _isPausedForEngine = false;
        _changed.Signal();
    }

    private void GrantReclaims()
    {
        while (FreeSlots > 0 && _reclaiming.TryDequeue(out var next))
        {
            // One that is over has ended its loan.
            if (EndLoan(next.Ref))
            {
                next.GrantSlot();
            }
        }
    }

    private bool EndLoan(LeaseRef lease)
    {
        var wasLent = _lent.Remove(lease);
        _lentCount = _lent.Count;
        return wasLent;
    }
}
