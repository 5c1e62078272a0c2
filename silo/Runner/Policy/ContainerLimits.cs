using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Policy;

/// <summary>
/// The limits of one task: what its assignment asks for, within what the operator of this runner gives. An assignment can only ask for less; what
/// is not a number of it (capabilities, devices, mounts, network, pulls) it has no say in.
/// </summary>
internal sealed record ContainerLimits
{
    // The kernel's bounds, and the default weight of a container.
    private const long MinCpuShares = 2;
    private const long DefaultCpuShares = 1024;

    private ContainerLimits(ImageReference? image, string rejectionReason) => (Image, RejectionReason) = (image, rejectionReason);

    /// <summary>The image; null when the assignment has none that could be one.</summary>
    public ImageReference? Image { get; }

    /// <summary>Why the task may not run here, however often it comes; empty when it may.</summary>
    public string RejectionReason { get; }

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

    /// <summary>Whether the engine's init process runs the program.</summary>
    public bool Init { get; private init; }

    public ImageGrant Grant { get; private init; } = ImageGrant.Default;

    /// <summary>Folders and files of the runner that no task gets, whatever the grant says.</summary>
    public IReadOnlyList<string> ProtectedPaths { get; private init; } = [];

    /// <summary>The limits of the task outside of its container.</summary>
    public TaskLimits TaskLimits => new(Grant.TimeoutSeconds, Grant.LogBytes);

    public static ContainerLimits Create(TaskAssignment assignment, DockerOptions options)
    {
        if (!ImageReference.TryParse(assignment.Image, out var image))
        {
            return new ContainerLimits(null, $"\"{assignment.Image}\" is not an image reference.");
        }

        if (options.Policy.FindGrant(image) is not { } grant)
        {
            return new ContainerLimits(image, $"The image {assignment.Image} may not run here: the operator of this runner does not allow it.");
        }

        var memory = Clamp(assignment.MemoryBytes, grant.MemoryBytes ?? options.MemoryBytes, grant.MemoryBytes ?? options.MaxMemoryBytes);
        return new ContainerLimits(image, "")
        {
            MemoryBytes = memory,
            Cpus = grant.Cpus ?? options.Cpus,
            CpuShares = ClampShares(assignment.CpuShares, grant.CpuShares ?? options.CpuShares, grant.CpuShares ?? DefaultCpuShares),
            Pids = grant.Pids ?? options.Pids,
            DiskBytes = Clamp(assignment.DiskBytes, grant.DiskBytes ?? options.DiskBytes, grant.DiskBytes ?? options.MaxDiskBytes),
            // A full /tmp should be a full disk to the program, and not the end of its memory.
            TmpBytes = Math.Min(grant.TmpBytes ?? options.TmpBytes, memory / 2),
            Pull = grant.Pull ?? options.Pull,
            Network = grant.Network ?? options.Network,
            Init = grant.Init ?? !assignment.NoInit,
            Grant = grant,
            ProtectedPaths = options.Policy.ProtectedPaths,
        };
    }

    /// <summary>
    /// The same on this host: no more than it has, for "as much as it likes" is no number that an engine should be given. Throws
    /// <see cref="SandboxException"/> when the grant would hand over the host.
    /// </summary>
    public ContainerLimits ClampTo(DockerHost host)
    {
        Verify(Grant, ProtectedPaths, host);
        var memory = host.MemoryBytes > 0 ? Math.Min(MemoryBytes, host.MemoryBytes) : MemoryBytes;
        return this with
        {
            MemoryBytes = memory,
            TmpBytes = Math.Min(TmpBytes, memory / 2),
            DiskBytes = host.DiskBytes > 0 ? Math.Min(DiskBytes, host.DiskBytes) : DiskBytes,
        };
    }

    /// <summary>Throws <see cref="SandboxException"/> when a grant would hand over the host.</summary>
    public static void Verify(ImageGrant grant, IReadOnlyList<string> protectedPaths, DockerHost host)
    {
        IReadOnlyList<string> shut = host.DataRoot.Length > 0 ? [.. protectedPaths, host.DataRoot] : protectedPaths;
        foreach (var mount in grant.Mounts)
        {
            Verify(mount.Host, HostPaths.FindMountProblem(mount.Host, mount.Writable, shut));
        }

        foreach (var device in grant.Devices)
        {
            Verify(device.Host, HostPaths.FindDeviceProblem(device.Host));
        }
    }

    private static void Verify(string path, string problem)
    {
        if (problem.Length > 0)
        {
            throw new SandboxException($"The policy of this runner gives {LineSanitizer.Sanitize(path, 300)} to the image, which {problem}.", isTransient: false);
        }
    }

    private static long Clamp(long requested, long defaultValue, long max)
    {
        var wanted = requested > 0 ? requested : defaultValue;
        return max > 0 && (wanted == 0 || wanted > max) ? max : wanted;
    }

    private static long ClampShares(long requested, long defaultValue, long max) =>
        Clamp(requested, defaultValue, defaultValue == 0 && requested <= 0 ? 0 : max) is > 0 and var shares ? Math.Max(shares, MinCpuShares) : 0;
}
