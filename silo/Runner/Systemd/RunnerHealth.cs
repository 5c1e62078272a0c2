using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Systemd;

/// <summary>The runner's health: whether it makes progress, and whether it takes tasks.</summary>
internal sealed class RunnerHealth(TimeProvider time)
{
    // Whatever the control plane does, no call takes as long.
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);

    private long _lastProgressAt = time.GetTimestamp();
    private volatile SlotPool? _slots;
    private volatile bool _isDraining;

    /// <summary>False when its loops have not moved for two minutes.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref _lastProgressAt)) < StallTimeout;

    /// <summary>Why the control plane gives it no tasks; null when it does.</summary>
    public string? SessionProblem => _isDraining ? "draining" : _slots is null ? "not enrolled" : null;

    /// <summary>True when the engine was down when it was last needed.</summary>
    public bool IsEngineDown => _slots?.IsEngineDown ?? false;

    /// <summary>True while there is no room for what tasks write.</summary>
    public bool AreClaimsPaused => _slots?.AreClaimsPaused ?? false;

    /// <summary>How many slots tasks have.</summary>
    public int BusySlots => _slots?.BusySlots ?? 0;

    /// <summary>A loop has moved.</summary>
    public void RecordProgress() => Volatile.Write(ref _lastProgressAt, time.GetTimestamp());

    /// <summary>A session has begun, or with null it is over.</summary>
    public void SetCapacity(SlotPool? slots) => _slots = slots;

    /// <summary>No more is begun.</summary>
    public void SetDraining() => _isDraining = true;
}
