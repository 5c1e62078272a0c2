using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Docker;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Policy;

/// <summary>
/// What one task gets: what its order asks for, within what the operator of this runner gives. An order can only ask for less; what
/// is not a number of it (capabilities, devices, mounts, network, pulls) it has no say in.
/// </summary>
internal sealed record TaskTerms
{
    // What the kernel can do, and what a container has that nobody gave a weight.
    private const long LeastShares = 2;
    private const long UsualShares = 1024;

    private TaskTerms(ImageReference? image, string refusal) => (Image, Refusal) = (image, refusal);

    /// <summary>The image; null when the order has none that could be one.</summary>
    public ImageReference? Image { get; }

    /// <summary>Why the task may not run here, however often it comes; empty when it may.</summary>
    public string Refusal { get; }

    public long MemoryBytes { get; private init; }

    public double Cpus { get; private init; }

    /// <summary>0 for what the engine gives by itself.</summary>
    public long CpuShares { get; private init; }

    public long Pids { get; private init; }

    /// <summary>0 for no limit.</summary>
    public long DiskBytes { get; private init; }

    /// <summary>Room in /tmp, which counts as memory; 0 for the image's own /tmp, which counts as disk.</summary>
    public long TmpBytes { get; private init; }

    public PullPolicy Pull { get; private init; }

    public string Network { get; private init; } = "none";

    /// <summary>Whether a process of the engine's stands in front of the program.</summary>
    public bool Init { get; private init; }

    public ImageGrant Grant { get; private init; } = ImageGrant.Nothing;

    /// <summary>Folders and files of the runner that no task gets, whatever the grant says.</summary>
    public IReadOnlyList<string> Own { get; private init; } = [];

    /// <summary>What bounds the task outside of its container.</summary>
    public TaskCeilings Ceilings => new(Grant.TimeoutSeconds, Grant.LogBytes);

    public static TaskTerms Of(TaskOrder order, DockerOptions options)
    {
        if (!ImageReference.TryParse(order.Image, out var image))
        {
            return new TaskTerms(null, $"\"{order.Image}\" is not an image reference.");
        }

        if (options.Policy.For(image) is not { } grant)
        {
            return new TaskTerms(image, $"The image {order.Image} may not run here: the operator of this runner does not allow it.");
        }

        var memory = Within(order.MemoryBytes, grant.MemoryBytes ?? options.MemoryBytes, grant.MemoryBytes ?? options.MostMemoryBytes);
        return new TaskTerms(image, "")
        {
            MemoryBytes = memory,
            Cpus = grant.Cpus ?? options.Cpus,
            CpuShares = Shares(order.CpuShares, grant.CpuShares ?? options.CpuShares, grant.CpuShares ?? UsualShares),
            Pids = grant.Pids ?? options.Pids,
            DiskBytes = Within(order.DiskBytes, grant.DiskBytes ?? options.DiskBytes, grant.DiskBytes ?? options.MostDiskBytes),
            // A full /tmp should be a full disk to the program, and not the end of its memory.
            TmpBytes = Math.Min(grant.TmpBytes ?? options.TmpBytes, memory / 2),
            Pull = grant.Pull ?? options.Pull,
            Network = grant.Network ?? options.Network,
            Init = grant.Init ?? !order.NoInit,
            Grant = grant,
            Own = options.Policy.Own,
        };
    }

    /// <summary>
    /// The same on this host: no more than it has, for "as much as it likes" is no number that an engine should be given. Throws
    /// <see cref="SandboxException"/> when the grant would hand over the host.
    /// </summary>
    public TaskTerms On(DockerHost host)
    {
        Verify(Grant, Own, host);
        var memory = host.MemoryBytes > 0 ? Math.Min(MemoryBytes, host.MemoryBytes) : MemoryBytes;
        return this with
        {
            MemoryBytes = memory,
            TmpBytes = Math.Min(TmpBytes, memory / 2),
            DiskBytes = host.DiskBytes > 0 ? Math.Min(DiskBytes, host.DiskBytes) : DiskBytes,
        };
    }

    /// <summary>Throws <see cref="SandboxException"/> when a grant would hand over the host.</summary>
    public static void Verify(ImageGrant grant, IReadOnlyList<string> own, DockerHost host)
    {
        IReadOnlyList<string> shut = host.DataRoot.Length > 0 ? [.. own, host.DataRoot] : own;
        foreach (var mount in grant.Mounts)
        {
            Verify(mount.Host, HostPaths.MountProblem(mount.Host, mount.Writable, shut));
        }

        foreach (var device in grant.Devices)
        {
            Verify(device.Host, HostPaths.DeviceProblem(device.Host));
        }
    }

    private static void Verify(string path, string problem)
    {
        if (problem.Length > 0)
        {
            throw new SandboxException($"The policy of this runner gives {PlainText.Of(path, 300)} to the image, which {problem}.", passing: false);
        }
    }

    private static long Within(long asked, long byDefault, long most)
    {
        var wanted = asked > 0 ? asked : byDefault;
        return most > 0 && (wanted == 0 || wanted > most) ? most : wanted;
    }

    private static long Shares(long asked, long byDefault, long most) =>
        Within(asked, byDefault, byDefault == 0 && asked <= 0 ? 0 : most) is > 0 and var shares ? Math.Max(shares, LeastShares) : 0;
}
