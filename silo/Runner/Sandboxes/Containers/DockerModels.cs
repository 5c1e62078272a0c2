using System.Text.Json.Serialization;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>What an engine is, and which API versions it speaks.</summary>
internal sealed record DockerVersion
{
    public string Version { get; init => field = value ?? ""; } = "";
    public string ApiVersion { get; init => field = value ?? ""; } = "";
    public string? MinApiVersion { get; init; }
    public IReadOnlyList<DockerComponent>? Components { get; init; }
}

/// <summary>One program that belongs to an engine.</summary>
internal sealed record DockerComponent(string Name);

/// <summary>What an engine's host can do.</summary>
internal sealed record DockerInfo
{
    [JsonPropertyName("NCPU")]
    public int Cpus { get; init; }
    public long MemTotal { get; init; }
    public bool CpuCfsQuota { get; init; }
    public bool MemoryLimit { get; init; }
    public bool SwapLimit { get; init; }
    public bool PidsLimit { get; init; }
    public string CgroupVersion { get; init => field = value ?? ""; } = "";
    public string CgroupDriver { get; init => field = value ?? ""; } = "";
    public string DockerRootDir { get; init => field = value ?? ""; } = "";
}

/// <summary>An image that is present.</summary>
internal sealed record DockerImage
{
    public string Id { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string>? RepoDigests { get; init; }

    /// <summary>The digest by which the reference's registry knows it; what was never at a registry has its id only.</summary>
    public string DigestFor(ImageReference reference)
    {
        var known = (RepoDigests ?? []).Select(text => text.Split('@')).Where(parts => parts.Length == 2).ToList();
        return reference.Pinned ? reference.Version
            : (known.Find(parts => ImageReference.FullName(parts[0]) == reference.Name) ?? known.FirstOrDefault())?[1] ?? Id;
    }
}

/// <summary>One line of a pull's progress; it is an error when it says so.</summary>
internal sealed record PullLine
{
    public string? Error { get; init; }
    public DockerError? ErrorDetail { get; init; }
}

/// <summary>Why an engine did not do what it was asked.</summary>
internal sealed record DockerError(string? Message);

/// <summary>A container to create.</summary>
internal sealed record ContainerSpec
{
    public required string Image { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public string? WorkingDir { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public bool OpenStdin { get; init; }
    public bool Tty { get; init; }
    public required HostConfig HostConfig { get; init; }
}

/// <summary>What a container may use of its host.</summary>
internal sealed record HostConfig
{
    public required IReadOnlyList<string> CapDrop { get; init; }
    public IReadOnlyList<string>? CapAdd { get; init; }
    public required IReadOnlyList<string> SecurityOpt { get; init; }
    public required string IpcMode { get; init; }
    public required string CgroupnsMode { get; init; }
    public required long Memory { get; init; }
    public required long MemorySwap { get; init; }
    public required long PidsLimit { get; init; }
    public long NanoCpus { get; init; }
    public long CpuShares { get; init; }
    public required IReadOnlyList<Ulimit> Ulimits { get; init; }
    public IReadOnlyDictionary<string, string>? StorageOpt { get; init; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }
    public required string NetworkMode { get; init; }
    public IReadOnlyList<DeviceSpec>? Devices { get; init; }
    public IReadOnlyList<MountSpec>? Mounts { get; init; }
    public required LogConfig LogConfig { get; init; }
    public bool Init { get; init; }
}

/// <summary>One resource limit of a container's processes.</summary>
internal sealed record Ulimit(string Name, long Soft, long Hard);

/// <summary>A device of the host in a container.</summary>
internal sealed record DeviceSpec(string PathOnHost, string PathInContainer, string CgroupPermissions);

/// <summary>A folder or file of the host in a container.</summary>
internal sealed record MountSpec(string Type, string Source, string Target, bool ReadOnly, BindSpec BindOptions);

/// <summary>Without what is mounted below it: to that, read-only would not extend.</summary>
internal sealed record BindSpec(string Propagation, bool NonRecursive);

/// <summary>Where an engine keeps a container's output.</summary>
internal sealed record LogConfig(string Type);

/// <summary>Answer to a creation.</summary>
internal sealed record CreatedContainer(string Id);

/// <summary>A container and what has become of it.</summary>
internal sealed record ContainerDetails
{
    public required ContainerState State { get; init; }
}

/// <summary>Where a container stands.</summary>
internal sealed record ContainerState
{
    public bool Running { get; init; }
    public int ExitCode { get; init; }

    [JsonPropertyName("OOMKilled")]
    public bool OutOfMemory { get; init; }
}

/// <summary>How a container ended.</summary>
internal sealed record ContainerExit
{
    public int StatusCode { get; init; }
    public DockerError? Error { get; init; }
}

/// <summary>One line of a list of containers.</summary>
internal sealed record ContainerLine(string Id);

/// <summary>Serialisation of the engine's API: its own capitals when written, any when read.</summary>
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DockerVersion))]
[JsonSerializable(typeof(DockerInfo))]
[JsonSerializable(typeof(DockerImage))]
[JsonSerializable(typeof(PullLine))]
[JsonSerializable(typeof(ContainerSpec))]
[JsonSerializable(typeof(CreatedContainer))]
[JsonSerializable(typeof(ContainerDetails))]
[JsonSerializable(typeof(ContainerExit))]
[JsonSerializable(typeof(ContainerLine[]))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(NetworkSpec))]
[JsonSerializable(typeof(DockerNetwork))]
[JsonSerializable(typeof(CreatedNetwork))]
[JsonSerializable(typeof(DockerError))]
internal sealed partial class DockerJson : JsonSerializerContext;
