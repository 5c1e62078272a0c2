using System.Collections.Concurrent;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Execution;

/// <summary>The leases of one session, each from its claim until its result was accepted or it was given up.</summary>
internal sealed class ActiveLeases(TimeProvider time)
{
    private readonly ConcurrentDictionary<LeaseRef, ActiveLease> _leases = [];
    private readonly AsyncSignal _changed = new();
    private volatile StopReason _stopReason;

    /// <summary>Completes with the next lease that is added, or that has something to report.</summary>
    public Task Changed => _changed.NextSignal;

    public IReadOnlyCollection<ActiveLease> All => [.. _leases.Values];

    /// <summary>Those still worth renewing.</summary>
    public IReadOnlyList<ActiveLease> Renewable =>
        [.. _leases.Values.Where(lease => lease.StopReason != StopReason.Lost)];

    /// <summary>False when this very lease is held already.</summary>
    public bool TryAdd(LeaseRef lease)
    {
        var taken = new ActiveLease(lease, time, _changed.Signal);
        if (!_leases.TryAdd(lease, taken))
        {
            return false;
        }

        if (_stopReason != StopReason.None)
        {
            taken.Stop(_stopReason);
        }

        _changed.Signal();
        return true;
    }

    public ActiveLease? Find(LeaseRef lease) => _leases.GetValueOrDefault(lease);

    public void Remove(LeaseRef lease)
    {
        if (_leases.TryRemove(lease, out var gone))
        {
            gone.Dispose();
        }
    }

    /// <summary>Interrupts all there are, and all that still come.</summary>
    public void StopAll(StopReason reason)
    {
        _stopReason = reason;
        foreach (var lease in _leases.Values)
        {
            lease.Stop(reason);
        }
    }
}
