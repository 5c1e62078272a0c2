namespace Orleans.Hybrid.Runner.Docker;

/// <summary>What a task's container may use when its order does not say, and when its image is pulled.</summary>
internal sealed record DockerOptions
{
    private const long MiB = 1024 * 1024;

    /// <summary>Memory in bytes, swap included.</summary>
    public long MemoryBytes { get; init; } = 512 * MiB;

    /// <summary>Processors; never more than the engine's host has.</summary>
    public double Cpus { get; init; } = 2;

    /// <summary>Processes and threads.</summary>
    public long Pids { get; init; } = 256;

    /// <summary>What it may write, in bytes, where the engine's storage can limit that; 0 for no limit.</summary>
    public long DiskBytes { get; init; } = 10 * 1024 * MiB;

    /// <summary>When an image is pulled.</summary>
    public PullPolicy Pull { get; init; } = PullPolicy.Missing;
}

/// <summary>When an image is pulled.</summary>
internal enum PullPolicy
{
    /// <summary>When it is absent, so that a tag that has moved stays what it was.</summary>
    Missing,

    /// <summary>Before every task.</summary>
    Always,

    /// <summary>Never: only what somebody put on the host runs.</summary>
    Never,
}
