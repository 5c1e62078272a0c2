using System.Collections.Concurrent;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The leases of one session, each from its claim until its result was accepted or it was given up.</summary>
internal sealed class Leases(TimeProvider time)
{
    private readonly ConcurrentDictionary<LeaseRef, HeldLease> held = [];
    private readonly Pulse changed = new();
    private volatile Interruption standing;

    /// <summary>Ends with the next lease that is added, or that has something to tell.</summary>
    public Task Changed => changed.Next;

    public IReadOnlyCollection<HeldLease> All => [.. held.Values];

    /// <summary>Those still worth renewing.</summary>
    public IReadOnlyList<HeldLease> Renewable =>
        [.. held.Values.Where(lease => lease.Interruption != Interruption.Lost)];

    /// <summary>False when this very lease is held already.</summary>
    public bool TryAdd(LeaseRef lease)
    {
        var taken = new HeldLease(lease, time, changed.Beat);
        if (!held.TryAdd(lease, taken))
        {
            return false;
        }

        if (standing != Interruption.None)
        {
            taken.Interrupt(standing);
        }

        changed.Beat();
        return true;
    }

    public HeldLease? Find(LeaseRef lease)
    {
        return held.GetValueOrDefault(lease);
    }

    public void Remove(LeaseRef lease)
    {
        if (held.TryRemove(lease, out var gone))
        {
            gone.Dispose();
        }
    }

    /// <summary>Interrupts all there are, and all that still come.</summary>
    public void InterruptAll(Interruption cause)
    {
        standing = cause;
        foreach (var lease in held.Values)
        {
            lease.Interrupt(cause);
        }
    }
}
