using System.Globalization;
using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>The settings about what a task gets and may not exceed.</summary>
internal static class TaskLimitSettings
{
    private const long MinMemoryBytes = 6L << 20;
    private const long MinDiskBytes = 1L << 20;
    private const int MaxTimeoutSeconds = 366 * 86_400;

    /// <summary>Those that a container has to keep: a child process has none of them.</summary>
    private static readonly string[] ContainerNames =
    [
        "TASK_MEMORY", "MEMORY_PER_JOB", "MAX_MEMORY", "TASK_CPUS", "CPU_SHARES", "TASK_PIDS", "TASK_DISK", "MAX_DISK", "TASK_TMP", "PULL",
        "TASK_NETWORK", "TASK_DIR_TMPFS", "ALLOW_IMAGES", "POLICY_FILE",
    ];

    /// <summary>What every task's container gets, and which images may run.</summary>
    public static DockerOptions Read(IConfiguration source, ExecutorKind executor, string? stateDirectory)
    {
        if (executor == ExecutorKind.Process && Array.Find(ContainerNames, name => source[name] is not null) is { } idle)
        {
            throw new ConfigurationException(idle, "needs containers, and EXECUTOR is process: leave one of them out.");
        }

        var usual = new DockerOptions();
        return usual with
        {
            MemoryBytes = ReadMemory(source, usual.MemoryBytes),
            MaxMemoryBytes = ReadBytes(source, "MAX_MEMORY", 0, MinMemoryBytes),
            Cpus = ReadCpus(source, usual.Cpus),
            CpuShares = RunnerSettings.ReadNumber(source, "CPU_SHARES", 0, 2, 262_144),
            Pids = RunnerSettings.ReadNumber(source, "TASK_PIDS", usual.Pids, 1, 1 << 22),
            DiskBytes = ReadBytes(source, "TASK_DISK", usual.DiskBytes, MinDiskBytes, allowZero: true),
            MaxDiskBytes = ReadBytes(source, "MAX_DISK", 0, MinDiskBytes),
            TmpBytes = ReadBytes(source, "TASK_TMP", usual.TmpBytes, 4096, allowZero: true),
            Pull = ReadPullPolicy(source),
            Network = ReadNetwork(source, usual.Network),
            TmpfsDirectory = ReadTmpfsDirectory(source),
            Policy = ReadPolicy(source, stateDirectory),
        };
    }

    /// <summary>Most wall time of a task, in seconds.</summary>
    public static int ReadMaxTimeout(IConfiguration source) => (int)RunnerSettings.ReadNumber(source, "MAX_TIMEOUT", int.MaxValue, 1, MaxTimeoutSeconds);

    private static long ReadMemory(IConfiguration source, long defaultValue)
    {
        if (source["TASK_MEMORY"] is not null && source["MEMORY_PER_JOB"] is not null)
        {
            throw new ConfigurationException("MEMORY_PER_JOB", "and TASK_MEMORY are both set, and mean the same: keep TASK_MEMORY.");
        }

        return ReadBytes(source, source["TASK_MEMORY"] is null ? "MEMORY_PER_JOB" : "TASK_MEMORY", defaultValue, MinMemoryBytes);
    }

    private static long ReadBytes(IConfiguration source, string name, long defaultValue, long min, bool allowZero = false)
    {
        if (source[name] is not { } text)
        {
            return defaultValue;
        }

        return ByteSize.TryParse(text, out var bytes) && (bytes >= min || (allowZero && bytes == 0))
            ? bytes
            : throw new ConfigurationException(
                name, $"must be a number of bytes, such as 512m or 2g, {(allowZero ? $"0 or at least {min}" : $"at least {min}")}.");
    }

    private static double ReadCpus(IConfiguration source, double defaultValue)
    {
        if (source["TASK_CPUS"] is not { } text)
        {
            return defaultValue;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus) && cpus is >= 0.01 and <= 1024
            ? cpus
            : throw new ConfigurationException("TASK_CPUS", "must be a number of processors from 0.01 to 1024, such as 1.5.");
    }

    private static PullPolicy ReadPullPolicy(IConfiguration source) => source["PULL"] is not { } text
        ? PullPolicy.Missing
        : PolicyKeywords.ParsePullPolicy(text) ?? throw new ConfigurationException("PULL", "must be missing, always or never.");

    private static string ReadNetwork(IConfiguration source, string defaultValue) => source["TASK_NETWORK"] is not { } text ? defaultValue
        : PolicyKeywords.IsNetworkName(text) ? text
        : throw new ConfigurationException(
            "TASK_NETWORK", "must be none, bridge, or the name of a network; host and container:… can only be given to single images, by POLICY_FILE.");

    // On a disk, payloads would outlive their tasks there; where others may write, they could be exchanged.
    private static string? ReadTmpfsDirectory(IConfiguration source) => source["TASK_DIR_TMPFS"] switch
    {
        null => null,
        var path when !OperatingSystem.IsLinux() || !Path.IsPathFullyQualified(path) || !Directory.Exists(path) =>
            throw new ConfigurationException("TASK_DIR_TMPFS", "must be the full path of a folder of a Linux host."),
        var path when (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 =>
            throw new ConfigurationException("TASK_DIR_TMPFS", "is writable by other users: give this runner a folder of its own."),
        var path when new DriveInfo(path).DriveFormat is not ("tmpfs" or "ramfs") =>
            throw new ConfigurationException("TASK_DIR_TMPFS", "is not in memory: give this runner a folder on a tmpfs, such as one below /run."),
        var path => path,
    };

    private static ImagePolicy ReadPolicy(IConfiguration source, string? stateDirectory)
    {
        var (file, allowed) = (source["POLICY_FILE"], source["ALLOW_IMAGES"]);
        return (file, allowed) switch
        {
            (null, null) => ImagePolicy.AllowAll,
            (not null, not null) => throw new ConfigurationException(
                "ALLOW_IMAGES", "and POLICY_FILE are both set: the file says which images run, by its rules and \"others\"."),
            (not null, null) => PolicyFile.Read(file, [file, .. FindProtectedPaths(source, stateDirectory)]),
            (null, not null) => new ImagePolicy([new ImageRule(ParsePatterns(allowed), ImageGrant.Default)], AllowOthers: false),
        };
    }

    // A task with one of these could act as this runner, or change its limits.
    private static IEnumerable<string> FindProtectedPaths(IConfiguration source, string? stateDirectory) =>
        new[]
        {
            stateDirectory, source["CLUSTER_TOKEN_FILE"], source["CLUSTER_ID_FILE"], source["DECRYPTION_KEY_FILE"], source["CA_FILE"], source[SettingsFile.Setting],
            source["TASK_DIR_TMPFS"], ParseSocketPath(source["DOCKER_HOST"], "unix://"), ParseSocketPath(source["METRICS"], "unix:"), AppContext.BaseDirectory,
        }
        .OfType<string>().Where(path => !StandardInput.IsName(path)).Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static string? ParseSocketPath(string? address, string scheme) =>
        address?.StartsWith(scheme, StringComparison.Ordinal) is true ? address[scheme.Length..] : null;

    private static List<ImagePattern> ParsePatterns(string text)
    {
        var patterns = new List<ImagePattern>();
        foreach (var (index, item) in text.Split(',', StringSplitOptions.TrimEntries).Index())
        {
            patterns.Add(ImagePattern.TryParse(item, out var pattern, out var problem)
                ? pattern
                : throw new ConfigurationException("ALLOW_IMAGES", $"has at place {index + 1} what {problem}"));
        }

        return patterns;
    }
}
