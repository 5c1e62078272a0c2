using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Policy;

/// <summary>Which images run here, and with what, as the operator of this runner has it: the first rule that names one counts.</summary>
/// <param name="Rules">In order.</param>
/// <param name="AllowOthers">Whether an image that no rule names runs, with what every task gets.</param>
internal sealed record ImagePolicy(IReadOnlyList<ImageRule> Rules, bool AllowOthers)
{
    /// <summary>All images run, with what every task gets.</summary>
    public static ImagePolicy AllowAll { get; } = new([], AllowOthers: true);

    /// <summary>Folders and files of the runner itself that no task gets.</summary>
    public IReadOnlyList<string> ProtectedPaths { get; init; } = [];

    /// <summary>The grant for a task of this image; null when it may not run here.</summary>
    public ImageGrant? FindGrant(ImageReference image) =>
        Rules.FirstOrDefault(rule => rule.Images.Any(pattern => pattern.Matches(image))) is { } rule ? rule.Grant
            : AllowOthers ? ImageGrant.Default
            : null;
}

/// <summary>One rule: which images it is for, and what they get; null when they may not run.</summary>
internal sealed record ImageRule(IReadOnlyList<ImagePattern> Images, ImageGrant? Grant)
{
    /// <summary>True when it grants access to the host to images that are not pinned by digest.</summary>
    public bool TrustsMutableTags => Grant is { GrantsHostAccess: true } && !Images.All(pattern => pattern.Pinned);
}

/// <summary>The grant of a rule instead of the defaults; null where it keeps the default.</summary>
internal sealed record ImageGrant
{
    /// <summary>The defaults of every task.</summary>
    public static ImageGrant Default { get; } = new();

    /// <summary>Most memory, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processors.</summary>
    public double? Cpus { get; init; }

    /// <summary>Most weight among tasks that want the same processors.</summary>
    public long? CpuShares { get; init; }

    /// <summary>Processes and threads.</summary>
    public long? Pids { get; init; }

    /// <summary>Most disk, in bytes, where the storage can limit it.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Room in /tmp, in bytes.</summary>
    public long? TmpBytes { get; init; }

    /// <summary>Most wall time, in seconds.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Most bytes of a log.</summary>
    public long? LogBytes { get; init; }

    /// <summary>When the image is pulled.</summary>
    public PullPolicy? Pull { get; init; }

    /// <summary>The network, as engines name it.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the engine's init process runs the program, whatever its code package says.</summary>
    public bool? Init { get; init; }

    /// <summary>Capabilities on top of none, without <c>CAP_</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Devices of the host.</summary>
    public IReadOnlyList<HostDevice> Devices { get; init; } = [];

    /// <summary>Folders and files of the host.</summary>
    public IReadOnlyList<HostMount> Mounts { get; init; } = [];

    /// <summary>True when it gives something that belongs to the host.</summary>
    public bool GrantsHostAccess => Capabilities.Count > 0 || Devices.Count > 0 || Mounts.Count > 0
        || Network == "host" || Network?.StartsWith("container:", StringComparison.Ordinal) is true;
}

/// <summary>A device of the host in a container; not to be written to unless said.</summary>
internal sealed record HostDevice(string Host, string Container, bool Writable);

/// <summary>A folder or file of the host in a container; not to be written to unless said.</summary>
internal sealed record HostMount(string Host, string Container, bool Writable);
