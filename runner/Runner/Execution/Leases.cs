using System.Collections.Concurrent;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The leases of one session, each from its claim until its result was accepted or it was given up.</summary>
internal sealed class Leases(TimeProvider time)
{
    private readonly ConcurrentDictionary<LeaseRef, HeldLease> _held = [];
    private readonly Pulse _changed = new();
    private volatile Interruption _standing;

    /// <summary>Ends with the next lease that is added, or that has something to tell.</summary>
    public Task Changed => _changed.Next;

    public IReadOnlyCollection<HeldLease> All => [.. _held.Values];

    /// <summary>Those still worth renewing.</summary>
    public IReadOnlyList<HeldLease> Renewable =>
        [.. _held.Values.Where(lease => lease.Interruption != Interruption.Lost)];

    /// <summary>False when this very lease is held already.</summary>
    public bool TryAdd(LeaseRef lease)
    {
        var taken = new HeldLease(lease, time, _changed.Beat);
        if (!_held.TryAdd(lease, taken))
        {
            return false;
        }

        if (_standing != Interruption.None)
        {
            taken.Interrupt(_standing);
        }

        _changed.Beat();
        return true;
    }

    public HeldLease? Find(LeaseRef lease)
    {
        return _held.GetValueOrDefault(lease);
    }

    public void Remove(LeaseRef lease)
    {
        if (_held.TryRemove(lease, out var gone))
        {
            gone.Dispose();
        }
    }

    /// <summary>Interrupts all there are, and all that still come.</summary>
    public void InterruptAll(Interruption cause)
    {
        _standing = cause;
        foreach (var lease in _held.Values)
        {
            lease.Interrupt(cause);
        }
    }
}
