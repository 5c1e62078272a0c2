using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// How many more tasks this runner can take: its free slots, limited by its remaining lifetime; none while its engine is
/// down, and after that one, to probe whether it works again. A task whose image is late lends its slot to others, and
/// takes the next free one.
/// </summary>
internal sealed class SlotPool(int slots, LifetimeMonitor lifetime, TimeProvider time, Random random) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly AsyncSignal _changed = new();
    private readonly Backoff _backoff = new(random, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private readonly Queue<TaskCompletionSource> _reacquiring = new();
    private CancellationTokenSource _claiming = new();
    private ITimer? _pause;
    private bool _isEngineDown;
    private bool _isPaused;
    private int _acquired;
    private int _temporarilyReleased;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => _changed.NextSignal;

    /// <summary>Fires when a claim that is open must end, since there may be less room now than it asked for.</summary>
    public CancellationToken ClaimCancellation
    {
        get
        {
            lock (_lock)
            {
                return _claiming.Token;
            }
        }
    }

    /// <summary>How many slots tasks have, without those that they lent.</summary>
    public int BusySlots
    {
        get
        {
            lock (_lock)
            {
                return slots - FreeSlots;
            }
        }
    }

    /// <summary>True when the engine was down when it was last needed.</summary>
    public bool IsEngineDown => Volatile.Read(ref _isEngineDown);

    /// <summary>True while nothing is claimed for want of room.</summary>
    public bool AreClaimsPaused => Volatile.Read(ref _isPaused);

    private int FreeSlots => slots - (_acquired - _temporarilyReleased);

    /// <summary>
    /// How many tasks to claim now. Only for the claim loop, and while no claim is open: free slots go first to tasks that lent
    /// theirs.
    /// </summary>
    public int GetClaimSize()
    {
        lock (_lock)
        {
            GrantReacquisitions();
            if (_isPaused || _pause is not null)
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
    }

    public void Acquire()
    {
        lock (_lock)
        {
            _acquired++;
        }

        lifetime.OnTaskClaimed();
    }

    /// <summary>A task is over here; it <paramref name="counts"/> when it was started or has got its result.</summary>
    public void Release(bool counts)
    {
        lifetime.OnTaskEnded(counts);
        lock (_lock)
        {
            _acquired--;
        }

        _changed.Signal();
    }

    /// <summary>Gives a task's slot to others; false when as many have done so as there are slots.</summary>
    public bool TryReleaseTemporarily()
    {
        lock (_lock)
        {
            if (_temporarilyReleased == slots)
            {
                return false;
            }

            _temporarilyReleased++;
        }

        _changed.Signal();
        return true;
    }

    /// <summary>Waits for a slot to replace the one that was lent.</summary>
    public async Task ReacquireAsync(CancellationToken cancellationToken)
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _reacquiring.Enqueue(given);
            _ = _claiming.CancelAsync();
        }

        _changed.Signal();
        using var giveUp = cancellationToken.Register(() => given.TrySetCanceled(cancellationToken));
        await given.Task;
    }

    /// <summary>A task has ended that lent its slot and did not take one back: it holds one again, for the moment in which it returns it.</summary>
    public void UndoTemporaryRelease()
    {
        lock (_lock)
        {
            _temporarilyReleased--;
        }
    }

    /// <summary>Claims nothing as long as this is said: there is no room for what tasks write.</summary>
    public void SetClaimsPaused(bool isPaused)
    {
        lock (_lock)
        {
            if (_isPaused == isPaused)
            {
                return;
            }

            _isPaused = isPaused;
            _ = _isPaused ? _claiming.CancelAsync() : Task.CompletedTask;
        }

        _changed.Signal();
    }

    /// <summary>The engine is down: claim nothing for a while. Further failures during that pause add nothing.</summary>
    public void EngineFailed()
    {
        lock (_lock)
        {
            _isEngineDown = true;
            if (_pause is null)
            {
                _pause = time.CreateTimer(_ => EndPause(), null, _backoff.NextDelay(), Timeout.InfiniteTimeSpan);
                _ = _claiming.CancelAsync();
            }
        }
    }

    public void EngineRecovered()
    {
        lock (_lock)
        {
            if (!_isEngineDown)
            {
                return;
            }

            _isEngineDown = false;
            _backoff.Reset();
        }

        _changed.Signal();
    }

    /// <summary>Ends when every slot is free.</summary>
    public async Task WaitForIdleAsync(CancellationToken cancellationToken)
    {
        for (var change = Changed; Volatile.Read(ref _acquired) > 0; change = Changed)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _pause?.Dispose();
            _claiming.Dispose();
        }
    }

    private void EndPause()
    {
        lock (_lock)
        {
            _pause?.Dispose();
            _pause = null;
        }

        _changed.Signal();
    }

    private void GrantReacquisitions()
    {
        while (FreeSlots > 0 && _reacquiring.TryDequeue(out var next))
        {
            // One that has given up ends its loan itself.
            _temporarilyReleased -= next.TrySetResult() ? 1 : 0;
        }
    }
}
