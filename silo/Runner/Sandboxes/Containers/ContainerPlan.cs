using System.Globalization;
using Docker.DotNet.Models;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Turns an assignment into a container that has its files and its environment, and nothing of its host.</summary>
internal static class ContainerPlan
{
    /// <summary>The task's directory in the container; its working directory only when a zip is unpacked there, else the image's stays.</summary>
    public const string Folder = "/mnt/task";

    /// <summary>The label whose value is the runner session that made a container.</summary>
    public const string SessionLabel = "orleans-hybrid.session";

    /// <summary>Where the files of an assignment's task go.</summary>
    public static TaskPaths PathsFor(TaskAssignment assignment) => new(assignment, Folder);

    /// <summary>All that goes into the task's directory, from <see cref="Folder"/> on.</summary>
    public static TarContent CreateArchive(TaskPaths paths, SandboxFiles files)
    {
        var folder = new TarContent();
        folder.Add(paths.Folder);
        folder.Add(paths.RunnerFilesFolder);
        folder.Add(paths.Payload, files.Payload);
        folder.Add(paths.Progress, []);
        if (files.Config is { } config)
        {
            folder.Add(paths.Config, config);
        }

        foreach (var path in files.Zip?.Folders ?? [])
        {
            folder.Add($"{paths.Folder}/{path}");
        }

        foreach (var file in files.Zip?.Files ?? [])
        {
            folder.Add($"{paths.Folder}/{file.Path}", file.Open, file.IsExecutable);
        }

        foreach (var link in files.Zip?.Links ?? [])
        {
            folder.AddLink($"{paths.Folder}/{link.Path}", link.Target);
        }

        return folder;
    }

    /// <summary>
    /// The container for an assignment, with <paramref name="files"/> bound into its folder; <see cref="SandboxException"/> when none can be
    /// as it says.
    /// </summary>
    public static CreateContainerParameters CreateSpec(
        TaskAssignment assignment,
        string image,
        string sessionId,
        ContainerLimits limits,
        string network,
        DockerHost host,
        params IReadOnlyList<Mount> files)
    {
        var place = PathsFor(assignment);
        var words = TaskCommand.CommandLine(assignment, place);
        if (words.Any(word => word.Contains('\0', StringComparison.Ordinal)))
        {
            throw new SandboxException("The command has a NUL character in it.", isTransient: false);
        }

        return new CreateContainerParameters
        {
            Image = image,
            Cmd = words.Count > 0 ? [.. words] : null!,
            WorkingDir = assignment.Zip is null ? "" : place.Folder,
            Env = [.. TaskEnvironment.Create(assignment, place).Select(pair => $"{pair.Key}={pair.Value}")],
            Labels = new Dictionary<string, string>
            {
                ["orleans-hybrid.task"] = assignment.Lease.TaskId,
                ["orleans-hybrid.attempt"] = assignment.Lease.Attempt.ToString(CultureInfo.InvariantCulture),
                [SessionLabel] = sessionId,
                ["orleans-hybrid.image"] = assignment.Image,
                ["orleans-hybrid.version"] = ProductInfo.Version,
            },
            AttachStdout = true,
            AttachStderr = true,
            HostConfig = CreateHostConfig(limits.ClampTo(host), network, host, files),
        };
    }

    /// <summary>A folder or file of the host, without what is mounted below it: to that, read-only would not extend.</summary>
    public static Mount CreateBindMount(string source, string target, bool isReadOnly) => new()
    {
        Type = "bind",
        Source = source,
        Target = target,
        ReadOnly = isReadOnly,
        BindOptions = new BindOptions { Propagation = "rprivate", NonRecursive = true },
    };

    private static HostConfig CreateHostConfig(ContainerLimits limits, string network, DockerHost host, IReadOnlyList<Mount> files) => new()
    {
        CapDrop = ["ALL"],
        CapAdd = NullIfEmpty(limits.Grant.Capabilities)!,
        SecurityOpt = ["no-new-privileges"],
        IpcMode = "private",
        CgroupnsMode = "private",
        NetworkMode = network,
        Memory = limits.MemoryBytes,
        MemorySwap = limits.MemoryBytes,
        PidsLimit = limits.Pids,
        // An engine refuses more processors than there are, and any limit where its kernel has none.
        NanoCPUs = host.CpuQuota ? (long)(Math.Min(limits.Cpus, host.Cpus) * 1_000_000_000) : 0,
        CPUShares = limits.CpuShares,
        // A core file would carry the task's payload to wherever the host keeps such files.
        Ulimits = [new Ulimit { Name = "core", Soft = 0, Hard = 0 }],
        StorageOpt = host.DiskLimit && limits.DiskBytes > 0
            ? new Dictionary<string, string> { ["size"] = limits.DiskBytes.ToString(CultureInfo.InvariantCulture) }
            : null,
        Tmpfs = CreateTmpfs(limits, files.Count > 0),
        Devices = NullIfEmpty(limits.Grant.Devices.Select(device => new DeviceMapping
        {
            PathOnHost = device.Host,
            PathInContainer = device.Container,
            CgroupPermissions = device.Writable ? "rw" : "r",
        }))!,
        Mounts = NullIfEmpty(
            [.. limits.Grant.Mounts.Select(mount => CreateBindMount(mount.Host, mount.Container, !mount.Writable)), .. files]),
        // Output goes to the control plane as it comes; a second copy on the host's disk would have no limit.
        LogConfig = new LogConfig { Type = "none" },
        Init = host.Init && limits.Init,
    };

    // Files that are bound need a folder to be in; any user of the image may write there, as where the engine puts them.
    private static Dictionary<string, string>? CreateTmpfs(ContainerLimits limits, bool withTaskFolder)
    {
        const string common = "rw,exec,nosuid,nodev";
        var found = new Dictionary<string, string>();
        if (limits.TmpBytes > 0)
        {
            found["/tmp"] = $"{common},mode=1777,size={limits.TmpBytes}";
        }

        if (withTaskFolder)
        {
            found[Folder] = $"{common},mode=0777,size={limits.MemoryBytes / 2}";
        }

        return found.Count > 0 ? found : null;
    }

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;
}
