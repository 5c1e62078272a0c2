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
    private readonly Lock turn = new();
    private readonly Pulse changed = new();
    private readonly Backoff backoff = new(chance, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private readonly Queue<TaskCompletionSource> returning = new();
    private CancellationTokenSource claiming = new();
    private ITimer? pause;
    private bool troubled;
    private bool held;
    private int taken;
    private int lent;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => changed.Next;

    /// <summary>Fires when a claim that is open must end, since there may be less room now than it asked for.</summary>
    public CancellationToken Claiming
    {
        get
        {
            lock (turn)
            {
                return claiming.Token;
            }
        }
    }

    /// <summary>How many slots tasks have, without those that they lent.</summary>
    public int Busy
    {
        get
        {
            lock (turn)
            {
                return slots - Free;
            }
        }
    }

    /// <summary>True when what runs the tasks was away when it was last needed.</summary>
    public bool IsTroubled => Volatile.Read(ref troubled);

    private int Free => slots - (taken - lent);

    /// <summary>
    /// How many tasks to claim now. Only for whoever claims, and while no claim is open: what is free goes first to tasks that lent
    /// their slots.
    /// </summary>
    public int NextClaim()
    {
        lock (turn)
        {
            GiveBack();
            if (held || pause is not null)
            {
                return 0;
            }

            if (claiming.IsCancellationRequested)
            {
                // The old one is left to the garbage collector: disposing it would silence a cancellation that is still on its way.
                claiming = new CancellationTokenSource();
            }

            return Math.Min(Math.Min(Free, retirement.Left), troubled ? 1 : slots);
        }
    }

    public void Take()
    {
        lock (turn)
        {
            taken++;
        }

        retirement.Take();
    }

    /// <summary>A task is over here; it <paramref name="counts"/> when it was started or has got its result.</summary>
    public void Return(bool counts)
    {
        retirement.Return(counts);
        lock (turn)
        {
            taken--;
        }

        changed.Beat();
    }

    /// <summary>Gives a task's slot to others; false when as many have done so as there are slots.</summary>
    public bool TryLend()
    {
        lock (turn)
        {
            if (lent == slots)
            {
                return false;
            }

            lent++;
        }

        changed.Beat();
        return true;
    }

    /// <summary>Waits for a slot in place of the one that was lent.</summary>
    public async Task TakeBackAsync(CancellationToken cancel)
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (turn)
        {
            returning.Enqueue(given);
            _ = claiming.CancelAsync();
        }

        changed.Beat();
        using var giveUp = cancel.Register(() => given.TrySetCanceled(cancel));
        await given.Task;
    }

    /// <summary>A task has ended that lent its slot and did not take one back: it holds one again, for the moment in which it returns it.</summary>
    public void EndLoan()
    {
        lock (turn)
        {
            lent--;
        }
    }

    /// <summary>Claims nothing as long as this is said: there is no room for what tasks write.</summary>
    public void Hold(bool isHeld)
    {
        lock (turn)
        {
            if (held == isHeld)
            {
                return;
            }

            held = isHeld;
            _ = held ? claiming.CancelAsync() : Task.CompletedTask;
        }

        changed.Beat();
    }

    /// <summary>What runs the tasks is away: claim nothing for a while. Trouble met during that while adds nothing.</summary>
    public void EngineFailed()
    {
        lock (turn)
        {
            troubled = true;
            if (pause is null)
            {
                pause = time.CreateTimer(_ => EndPause(), null, backoff.Failed(), Timeout.InfiniteTimeSpan);
                _ = claiming.CancelAsync();
            }
        }
    }

    public void EngineWorks()
    {
        lock (turn)
        {
            if (!troubled)
            {
                return;
            }

            troubled = false;
            backoff.Succeeded();
        }

        changed.Beat();
    }

    /// <summary>Ends when every slot is free.</summary>
    public async Task IdleAsync(CancellationToken cancel)
    {
        for (var change = Changed; Volatile.Read(ref taken) > 0; change = Changed)
        {
            await change.WaitAsync(cancel);
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            pause?.Dispose();
            claiming.Dispose();
        }
    }

    private void EndPause()
    {
        lock (turn)
        {
            pause?.Dispose();
            pause = null;
        }

        changed.Beat();
    }

    private void GiveBack()
    {
        while (Free > 0 && returning.TryDequeue(out var next))
        {
            // One that has given up meanwhile ends its loan itself.
            lent -= next.TrySetResult() ? 1 : 0;
        }
    }
}
