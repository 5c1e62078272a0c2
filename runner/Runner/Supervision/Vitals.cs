using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Supervision;

/// <summary>What somebody who looks at a runner learns: whether it still moves, and whether it takes tasks.</summary>
internal sealed class Vitals(TimeProvider time)
{
    // Whatever the control plane does, no call takes as long.
    private static readonly TimeSpan LongestStill = TimeSpan.FromMinutes(2);

    private long movedAt = time.GetTimestamp();
    private volatile Capacity? serving;
    private volatile bool drains;

    /// <summary>False when its loops have not moved for two minutes.</summary>
    public bool IsAlive => time.GetElapsedTime(Volatile.Read(ref movedAt)) < LongestStill;

    /// <summary>Why it takes no tasks right now; null when it does.</summary>
    public string? NotReady => drains ? "draining" : serving is not { } capacity ? "not enrolled" : capacity.IsTroubled ? "engine away" : null;

    /// <summary>How many slots tasks have.</summary>
    public int Busy => serving?.Busy ?? 0;

    /// <summary>A loop has moved.</summary>
    public void Moved() => Volatile.Write(ref movedAt, time.GetTimestamp());

    /// <summary>A session has begun, or with null it is over.</summary>
    public void Serves(Capacity? capacity) => serving = capacity;

    /// <summary>No more is begun.</summary>
    public void Drains() => drains = true;
}
