using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Execution;

/// <summary>
/// How many more tasks this runner can take: its free slots, none while what runs its tasks is out of order, and after
/// that one, to see whether it works again.
/// </summary>
internal sealed class Capacity(int slots, TimeProvider time, Random chance) : IDisposable
{
    private readonly Lock turn = new();
    private readonly Pulse changed = new();
    private readonly Backoff backoff = new(chance, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    private CancellationTokenSource claiming = new();
    private ITimer? pause;
    private bool troubled;
    private int taken;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => changed.Next;

    /// <summary>Fires when a pause begins: what is then still asked for is not wanted any more.</summary>
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

    public int Wanted
    {
        get
        {
            lock (turn)
            {
                return pause is not null ? 0 : Math.Min(slots - taken, troubled ? 1 : slots);
            }
        }
    }

    public void Take()
    {
        lock (turn)
        {
            taken++;
        }
    }

    public void Return()
    {
        lock (turn)
        {
            taken--;
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

            // Left to the garbage collector: disposing it would silence a cancellation that is still on its way.
            claiming = new CancellationTokenSource();
        }

        changed.Beat();
    }
}
