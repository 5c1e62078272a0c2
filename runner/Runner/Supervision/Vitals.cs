using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Supervision;

/// <summary>What somebody who looks at a runner learns: whether it still moves, and whether it takes tasks.</summary>
internal sealed class Vitals(TimeProvider time)
{
    // Whatever the control plane does, no call takes as long.
    private static readonly TimeSpan LongestStill = TimeSpan.FromMinutes(2);

    private long _movedAt = time.GetTimestamp();
    private volatile Capacity? _serving;
    private volatile bool _drains;

    /// <summary>False when its loops have not moved for two minutes.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref _movedAt)) < LongestStill;

    /// <summary>Why it takes no tasks right now; null when it does.</summary>
    public string? NotReady => _drains ? "draining" : _serving is not { } capacity ? "not enrolled" : capacity.IsTroubled ? "engine away" : null;

    /// <summary>How many slots tasks have.</summary>
    public int Busy => _serving?.Busy ?? 0;

    /// <summary>A loop has moved.</summary>
    public void Moved() => Volatile.Write(ref _movedAt, time.GetTimestamp());

    /// <summary>A session has begun, or with null it is over.</summary>
    public void Serves(Capacity? capacity) => _serving = capacity;

    /// <summary>No more is begun.</summary>
    public void Drains() => _drains = true;
}
