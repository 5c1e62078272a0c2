using System.Globalization;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Docker;

/// <summary>Turns an order into a container that has its files and its environment, and nothing of its host.</summary>
internal static class ContainerPlan
{
    /// <summary>The task's directory in the container; not the working directory, which stays the image's.</summary>
    public const string Folder = "/mnt/task";

    /// <summary>Where the task reports its progress.</summary>
    public const string ProgressPath = $"{Folder}/{TaskEnvironment.ProgressFile}";

    /// <summary>The label whose value is the runner session that made a container.</summary>
    public const string SessionLabel = "orleans-hybrid.session";

    /// <summary>The files that go into <see cref="Folder"/>.</summary>
    public static IReadOnlyList<ContainerFile> Files(SandboxFiles files)
    {
        List<ContainerFile> all = [new(TaskEnvironment.PayloadFile, files.Payload), new(TaskEnvironment.ProgressFile, [])];
        if (files.Config is { } config)
        {
            all.Add(new ContainerFile(TaskEnvironment.ConfigFile, config));
        }

        return all;
    }

    /// <summary>The container for an order; <see cref="SandboxException"/> when none can be as it says.</summary>
    public static ContainerSpec For(
        TaskOrder order, string image, string sessionId, DockerOptions options, DockerHost host)
    {
        var words = CommandWords.Parse(order.Command);
        if (words.Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new SandboxException("The command has a NUL character in it.", passing: false);
        }

        return new ContainerSpec
        {
            Image = image,
            Cmd = words.Count > 0 ? words : null,
            Env = [.. TaskEnvironment.For(order, Folder).Select(pair => $"{pair.Key}={pair.Value}")],
            Labels = new Dictionary<string, string>
            {
                ["orleans-hybrid.task"] = order.Lease.TaskId,
                ["orleans-hybrid.attempt"] = order.Lease.Attempt.ToString(CultureInfo.InvariantCulture),
                [SessionLabel] = sessionId,
                ["orleans-hybrid.version"] = Product.Version,
            },
            AttachStdout = true,
            AttachStderr = true,
            HostConfig = Confinement(order.MemoryBytes > 0 ? order.MemoryBytes : options.MemoryBytes, options, host),
        };
    }

    private static HostConfig Confinement(long memory, DockerOptions options, DockerHost host) => new()
    {
        CapDrop = ["ALL"],
        SecurityOpt = ["no-new-privileges"],
        IpcMode = "private",
        CgroupnsMode = "private",
        Memory = memory,
        MemorySwap = memory,
        PidsLimit = options.Pids,
        // An engine refuses more processors than there are, and any limit where its kernel has none.
        NanoCpus = host.CpuQuota ? (long)(Math.Min(options.Cpus, host.Cpus) * 1_000_000_000) : 0,
        // A core file would carry the task's payload to wherever the host keeps such files.
        Ulimits = [new Ulimit("core", 0, 0)],
        StorageOpt = host.DiskLimit && options.DiskBytes > 0
            ? new Dictionary<string, string> { ["size"] = options.DiskBytes.ToString(CultureInfo.InvariantCulture) }
            : null,
        // Output goes to the control plane as it comes; a second copy on the host's disk would have no limit.
        LogConfig = new LogConfig("none"),
        Init = host.Init,
    };
}
