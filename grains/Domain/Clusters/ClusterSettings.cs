namespace OrleansHybrid.Domain.Clusters;

/// <summary>A cluster: a name for a set of runners, and what one slot of them offers.</summary>
public sealed record ClusterSettings
{
    /// <summary>Memory of a slot unless a cluster says otherwise, in bytes.</summary>
    public const long DefaultMemory = 512L << 20;

    /// <summary>Disk of a slot unless a cluster says otherwise, in bytes.</summary>
    public const long DefaultDisk = 10L << 30;

    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The user who made it.</summary>
    public required string UserId { get; init; }

    /// <summary>The name; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>Memory of one slot, in bytes.</summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>Disk of one slot, in bytes.</summary>
    public long DiskSpace { get; init; } = DefaultDisk;

    /// <summary>Relative share of the processors; 0 for the runner's default.</summary>
    public int CpuShare { get; init; }

    /// <summary>The longest that a task of this cluster may run, in seconds.</summary>
    public int MaxTimeoutSeconds { get; init; } = Tasks.TaskSpec.DefaultTimeoutSeconds;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A token that lets runners enrol in a cluster: its hash to find it, its text, sealed, to show it again.</summary>
public sealed record ClusterTokenRecord(string Id, string ClusterId, byte[] Hash, byte[] Sealed, DateTimeOffset CreatedAt);
