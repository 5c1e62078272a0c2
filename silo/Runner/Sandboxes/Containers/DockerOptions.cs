using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The limits of every task's container, unless the operator's policy says otherwise for its image.</summary>
internal sealed record DockerOptions
{
    private const long MiB = 1024 * 1024;

    /// <summary>Memory in bytes, swap included, where an assignment says nothing.</summary>
    public long MemoryBytes { get; init; } = 512 * MiB;

    /// <summary>The most that an assignment may ask for, in bytes; 0 for no limit.</summary>
    public long MaxMemoryBytes { get; init; }

    /// <summary>Processors; never more than the engine's host has.</summary>
    public double Cpus { get; init; } = 2;

    /// <summary>Weight among tasks that want the same processors, where an assignment says nothing; 0 for the engine's own.</summary>
    public long CpuShares { get; init; }

    /// <summary>Processes and threads.</summary>
    public long Pids { get; init; } = 256;

    /// <summary>The most that it may write, in bytes, where the engine's storage can limit that and an assignment says nothing; 0 for no limit.</summary>
    public long DiskBytes { get; init; } = 10 * 1024 * MiB;

    /// <summary>The most that an assignment may ask for, in bytes; 0 for no limit.</summary>
    public long MaxDiskBytes { get; init; }

    /// <summary>Room in /tmp, in bytes, which counts as memory; 0 for the image's own /tmp, which counts as disk.</summary>
    public long TmpBytes { get; init; } = 64 * MiB;

    /// <summary>A folder of this host in memory for the files of tasks; null to have the engine put them into the containers.</summary>
    public string? TmpfsDirectory { get; init; }

    /// <summary>When an image is pulled.</summary>
    public PullPolicy Pull { get; init; } = PullPolicy.Missing;

    /// <summary>The network, as engines name it.</summary>
    public string Network { get; init; } = TaskNetwork.DefaultName;

    /// <summary>The network that is made where it is missing, for all runners of a host.</summary>
    public string TaskNetworkName { get; init; } = TaskNetwork.DefaultName;

    /// <summary>Which images run, and what some of them get.</summary>
    public ImagePolicy Policy { get; init; } = ImagePolicy.AllowAll;
}

/// <summary>When an image is pulled.</summary>
internal enum PullPolicy
{
    /// <summary>When it is absent, so that a tag that has moved stays what it was.</summary>
    Missing,

    /// <summary>Before every task, with the login of its own assignment: who may not pull it can't run it either.</summary>
    Always,

    /// <summary>Never: only what somebody put on the host runs.</summary>
    Never,
}
