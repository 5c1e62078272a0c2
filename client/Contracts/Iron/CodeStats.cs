namespace OrleansHybrid.Contracts.Iron;

/// <summary>Response to <c>GET P/codes/{id}/stats</c>: tasks queued in a stretch of time, by where they stand now.</summary>
public sealed record CodeStats
{
    /// <summary>Waiting, now or until their time comes, or for their image.</summary>
    public long Queued { get; init; }

    /// <summary>Always 0: what waits for its image is queued, as published clients know it.</summary>
    public long Preparing { get; init; }

    /// <summary>Running.</summary>
    public long Running { get; init; }

    /// <summary>Cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Stopped after their timeout.</summary>
    public long Timeout { get; init; }

    /// <summary>Failed.</summary>
    public long Error { get; init; }

    /// <summary>Ended well.</summary>
    public long Complete { get; init; }
}
