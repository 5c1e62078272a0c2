namespace OrleansHybrid.Domain.Clusters;

/// <summary>The changes to make to a cluster; null stays as it is.</summary>
public sealed record ClusterChange
{
    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Memory of one slot, in bytes: for tasks claimed from then on.</summary>
    public long? Memory { get; init; }

    /// <summary>Disk of one slot, in bytes.</summary>
    public long? DiskSpace { get; init; }

    /// <summary>Relative share of the processors; 0 for the runner's default.</summary>
    public int? CpuShare { get; init; }

    /// <summary>The longest that a task may run, in seconds: for tasks queued from then on.</summary>
    public int? MaxTimeoutSeconds { get; init; }
}
