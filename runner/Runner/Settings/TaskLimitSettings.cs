using System.Globalization;
using OrleansHybrid.Runner.Docker;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Settings;

/// <summary>The settings about what a task gets and may not exceed.</summary>
internal static class TaskLimitSettings
{
    private const long LeastMemory = 6L << 20;
    private const long LeastDisk = 1L << 20;
    private const int MostSeconds = 366 * 86_400;

    /// <summary>Those that a container has to keep: a child process has none of them.</summary>
    private static readonly string[] OfContainers =
    [
        "TASK_MEMORY", "MEMORY_PER_JOB", "MAX_MEMORY", "TASK_CPUS", "CPU_SHARES", "TASK_PIDS", "TASK_DISK", "MAX_DISK", "TASK_TMP", "PULL",
        "TASK_NETWORK", "TASK_DIR_TMPFS", "ALLOW_IMAGES", "POLICY_FILE",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. OfContainers, "MAX_TIMEOUT"];

    /// <summary>What every task's container gets, and which images may run.</summary>
    public static DockerOptions Read(SettingSource source, ExecutorKind executor, string? stateDirectory)
    {
        if (executor == ExecutorKind.Process && Array.Find(OfContainers, name => source[name] is not null) is { } idle)
        {
            throw new BadSettingException(idle, "needs containers, and EXECUTOR is process: leave one of them out.");
        }

        var usual = new DockerOptions();
        return usual with
        {
            MemoryBytes = MemoryIn(source, usual.MemoryBytes),
            MostMemoryBytes = BytesIn(source, "MAX_MEMORY", 0, LeastMemory),
            Cpus = CpusIn(source, usual.Cpus),
            CpuShares = NumberIn(source, "CPU_SHARES", 0, 2, 262_144),
            Pids = NumberIn(source, "TASK_PIDS", usual.Pids, 1, 1 << 22),
            DiskBytes = BytesIn(source, "TASK_DISK", usual.DiskBytes, LeastDisk, orNone: true),
            MostDiskBytes = BytesIn(source, "MAX_DISK", 0, LeastDisk),
            TmpBytes = BytesIn(source, "TASK_TMP", usual.TmpBytes, 4096, orNone: true),
            Pull = PullIn(source),
            Network = NetworkIn(source, usual.Network),
            HostFolder = HostFolderIn(source),
            Policy = PolicyIn(source, stateDirectory),
        };
    }

    /// <summary>Most wall time of a task, in seconds.</summary>
    public static int MaxTimeoutIn(SettingSource source) => (int)NumberIn(source, "MAX_TIMEOUT", int.MaxValue, 1, MostSeconds);

    private static long MemoryIn(SettingSource source, long usual)
    {
        if (source["TASK_MEMORY"] is not null && source["MEMORY_PER_JOB"] is not null)
        {
            throw new BadSettingException("MEMORY_PER_JOB", "and TASK_MEMORY are both set, and mean the same: keep TASK_MEMORY.");
        }

        return BytesIn(source, source["TASK_MEMORY"] is null ? "MEMORY_PER_JOB" : "TASK_MEMORY", usual, LeastMemory);
    }

    private static long BytesIn(SettingSource source, string name, long byDefault, long least, bool orNone = false)
    {
        if (source[name] is not { } text)
        {
            return byDefault;
        }

        return ByteSize.TryParse(text, out var bytes) && (bytes >= least || (orNone && bytes == 0))
            ? bytes
            : throw new BadSettingException(
                name, $"must be a number of bytes, such as 512m or 2g, {(orNone ? $"0 or at least {least}" : $"at least {least}")}.");
    }

    private static long NumberIn(SettingSource source, string name, long byDefault, long least, long most)
    {
        if (source[name] is not { } text)
        {
            return byDefault;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new BadSettingException(name, $"must be a whole number from {least} to {most}.");
    }

    private static double CpusIn(SettingSource source, double usual)
    {
        if (source["TASK_CPUS"] is not { } text)
        {
            return usual;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus) && cpus is >= 0.01 and <= 1024
            ? cpus
            : throw new BadSettingException("TASK_CPUS", "must be a number of processors from 0.01 to 1024, such as 1.5.");
    }

    private static PullPolicy PullIn(SettingSource source) => source["PULL"] is not { } text
        ? PullPolicy.Missing
        : PolicyWords.Pull(text) ?? throw new BadSettingException("PULL", "must be missing, always or never.");

    private static string NetworkIn(SettingSource source, string usual) => source["TASK_NETWORK"] is not { } text ? usual
        : PolicyWords.IsNetwork(text) ? text
        : throw new BadSettingException(
            "TASK_NETWORK", "must be none, bridge, or the name of a network; host and container:… can only be given to single images, by POLICY_FILE.");

    // On a disk, payloads would outlive their tasks there; where others may write, they could be exchanged.
    private static string? HostFolderIn(SettingSource source) => source["TASK_DIR_TMPFS"] switch
    {
        null => null,
        var path when !OperatingSystem.IsLinux() || !Path.IsPathFullyQualified(path) || !Directory.Exists(path) =>
            throw new BadSettingException("TASK_DIR_TMPFS", "must be the full path of a folder of a Linux host."),
        var path when (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 =>
            throw new BadSettingException("TASK_DIR_TMPFS", "is a folder that others may write to: give this runner one of its own."),
        var path when new DriveInfo(path).DriveFormat is not ("tmpfs" or "ramfs") =>
            throw new BadSettingException("TASK_DIR_TMPFS", "is not in memory: give this runner a folder on a tmpfs, such as one below /run."),
        var path => path,
    };

    private static ImagePolicy PolicyIn(SettingSource source, string? stateDirectory)
    {
        var (file, allowed) = (source["POLICY_FILE"], source["ALLOW_IMAGES"]);
        return (file, allowed) switch
        {
            (null, null) => ImagePolicy.Open,
            (not null, not null) => throw new BadSettingException(
                "ALLOW_IMAGES", "and POLICY_FILE are both set: the file says which images run, by its rules and \"others\"."),
            (not null, null) => PolicyFile.Read(file, [file, .. Own(source, stateDirectory)]),
            (null, not null) => new ImagePolicy([new ImageRule(Patterns(allowed), ImageGrant.Nothing)], OthersRun: false),
        };
    }

    // Whoever gets one of these is this runner, or may rewrite what it allows.
    private static IEnumerable<string> Own(SettingSource source, string? stateDirectory) =>
        new[]
        {
            stateDirectory, source["CLUSTER_TOKEN_FILE"], source["CLUSTER_ID_FILE"], source["DECRYPTION_KEY_FILE"], source["CA_FILE"],
            source["TASK_DIR_TMPFS"], SocketIn(source["DOCKER_HOST"], "unix://"), SocketIn(source["METRICS"], "unix:"), AppContext.BaseDirectory,
        }
        .OfType<string>().Where(path => !StandardInput.Is(path)).Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static string? SocketIn(string? address, string scheme) =>
        address?.StartsWith(scheme, StringComparison.Ordinal) is true ? address[scheme.Length..] : null;

    private static List<ImagePattern> Patterns(string text)
    {
        var patterns = new List<ImagePattern>();
        foreach (var (index, item) in text.Split(',', StringSplitOptions.TrimEntries).Index())
        {
            patterns.Add(ImagePattern.TryParse(item, out var pattern, out var problem)
                ? pattern
                : throw new BadSettingException("ALLOW_IMAGES", $"has at place {index + 1} what {problem}"));
        }

        return patterns;
    }
}
