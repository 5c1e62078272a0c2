using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// How many more tasks this runner can take: its free slots, as far as its life still lasts for so many; none while what runs its
/// tasks is out of order, and after that one, to see whether it works again. A task whose image is late lends its slot to others, and
/// takes the next that is free.
/// </summary>
internal sealed class Capacity(int slots, Retirement retirement, TimeProvider time, Random chance) : IDisposable
{
    private readonly Lock _turn = new();
    private readonly Pulse _changed = new();
    private readonly Backoff _backoff = new(chance, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private readonly Queue<TaskCompletionSource> _returning = new();
    private CancellationTokenSource _claiming = new();
    private ITimer? _pause;
    private bool _troubled;
    private bool _held;
    private int _taken;
    private int _lent;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Fires when a claim that is open must end, since there may be less room now than it asked for.</summary>
    public CancellationToken Claiming
    {
        get
        {
            lock (_turn)
            {
                return _claiming.Token;
            }
        }
    }

    /// <summary>How many slots tasks have, without those that they lent.</summary>
    public int Busy
    {
        get
        {
            lock (_turn)
            {
                return slots - Free;
            }
        }
    }

    /// <summary>True when what runs the tasks was away when it was last needed.</summary>
    public bool IsTroubled => Volatile.Read(ref _troubled);

    private int Free => slots - (_taken - _lent);

    /// <summary>
    /// How many tasks to claim now. Only for whoever claims, and while no claim is open: what is free goes first to tasks that lent
    /// their slots.
    /// </summary>
    public int NextClaim()
    {
        lock (_turn)
        {
            GiveBack();
            if (_held || _pause is not null)
            {
                return 0;
            }

            if (_claiming.IsCancellationRequested)
            {
                // The old one is left to the garbage collector: disposing it would silence a cancellation that is still on its way.
                _claiming = new CancellationTokenSource();
            }

            return Math.Min(Math.Min(Free, retirement.Left), _troubled ? 1 : slots);
        }
    }

    public void Take()
    {
        lock (_turn)
        {
            _taken++;
        }

        retirement.Take();
    }

    /// <summary>A task is over here; it <paramref name="counts"/> when it was started or has got its result.</summary>
    public void Return(bool counts)
    {
        retirement.Return(counts);
        lock (_turn)
        {
            _taken--;
        }

        _changed.Beat();
    }

    /// <summary>Gives a task's slot to others; false when as many have done so as there are slots.</summary>
    public bool TryLend()
    {
        lock (_turn)
        {
            if (_lent == slots)
            {
                return false;
            }

            _lent++;
        }

        _changed.Beat();
        return true;
    }

    /// <summary>Waits for a slot in place of the one that was lent.</summary>
    public async Task TakeBackAsync(CancellationToken cancellationToken)
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_turn)
        {
            _returning.Enqueue(given);
            _ = _claiming.CancelAsync();
        }

        _changed.Beat();
        using var giveUp = cancellationToken.Register(() => given.TrySetCanceled(cancellationToken));
        await given.Task;
    }

    /// <summary>A task has ended that lent its slot and did not take one back: it holds one again, for the moment in which it returns it.</summary>
    public void EndLoan()
    {
        lock (_turn)
        {
            _lent--;
        }
    }

    /// <summary>Claims nothing as long as this is said: there is no room for what tasks write.</summary>
    public void Hold(bool isHeld)
    {
        lock (_turn)
        {
            if (_held == isHeld)
            {
                return;
            }

            _held = isHeld;
            _ = _held ? _claiming.CancelAsync() : Task.CompletedTask;
        }

        _changed.Beat();
    }

    /// <summary>What runs the tasks is away: claim nothing for a while. Trouble met during that while adds nothing.</summary>
    public void EngineFailed()
    {
        lock (_turn)
        {
            _troubled = true;
            if (_pause is null)
            {
                _pause = time.CreateTimer(_ => EndPause(), null, _backoff.Failed(), Timeout.InfiniteTimeSpan);
                _ = _claiming.CancelAsync();
            }
        }
    }

    public void EngineWorks()
    {
        lock (_turn)
        {
            if (!_troubled)
            {
                return;
            }

            _troubled = false;
            _backoff.Succeeded();
        }

        _changed.Beat();
    }

    /// <summary>Ends when every slot is free.</summary>
    public async Task IdleAsync(CancellationToken cancellationToken)
    {
        for (var change = Changed; Volatile.Read(ref _taken) > 0; change = Changed)
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _pause?.Dispose();
            _claiming.Dispose();
        }
    }

    private void EndPause()
    {
        lock (_turn)
        {
            _pause?.Dispose();
            _pause = null;
        }

        _changed.Beat();
    }

    private void GiveBack()
    {
        while (Free > 0 && _returning.TryDequeue(out var next))
        {
            // One that has given up meanwhile ends its loan itself.
            _lent -= next.TrySetResult() ? 1 : 0;
        }
    }
}
