namespace OrleansHybrid.Contracts.Iron;

/// <summary>Response to <c>GET /clusters/{id}/stats</c>.</summary>
public sealed record ClusterStatsResponse
{
    /// <summary>The figures.</summary>
    public required ClusterStats Cluster { get; init; }
}

/// <summary>How busy a cluster is.</summary>
public sealed record ClusterStats
{
    /// <summary>Task slots of all connected runners.</summary>
    public int RunnersTotal { get; init; }

    /// <summary>Those of them that are free.</summary>
    public int RunnersAvailable { get; init; }

    /// <summary>Tasks that wait.</summary>
    public long Queued { get; init; }

    /// <summary>Moving average of the tasks that wait; an integer, since published clients read one.</summary>
    public long Ewma { get; init; }

    /// <summary>The weight that the average keeps every five seconds; the rest is the tasks that wait then.</summary>
    public double EwmaBeta { get; init; }

    /// <summary>The connected runners.</summary>
    public required IReadOnlyList<ClusterMachine> Instances { get; init; }
}
