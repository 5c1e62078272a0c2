using System.Globalization;
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

    /// <summary>The limits of every task's container, and the images that may run.</summary>
    public static DockerOptions Read(SettingReader settings, ExecutorKind executor, string? stateDirectory)
    {
        var usual = new DockerOptions();
        if (executor == ExecutorKind.Process)
        {
            foreach (var idle in ContainerNames.Where(name => settings[name] is not null))
            {
                settings.Reject(idle, "needs containers, and EXECUTOR is process: leave one of them out.");
            }

            return usual;
        }

        return usual with
        {
            MemoryBytes = ReadMemory(settings, usual.MemoryBytes),
            MaxMemoryBytes = ReadBytes(settings, "MAX_MEMORY", 0, MinMemoryBytes),
            Cpus = settings.ReadValue("TASK_CPUS", usual.Cpus, ParseCpus, "must be a number of processors from 0.01 to 1024, such as 1.5."),
            CpuShares = RunnerSettings.ReadNumber(settings, "CPU_SHARES", 0, 2, 262_144),
            Pids = RunnerSettings.ReadNumber(settings, "TASK_PIDS", usual.Pids, 1, 1 << 22),
            DiskBytes = ReadBytes(settings, "TASK_DISK", usual.DiskBytes, MinDiskBytes, allowZero: true),
            MaxDiskBytes = ReadBytes(settings, "MAX_DISK", 0, MinDiskBytes),
            TmpBytes = ReadBytes(settings, "TASK_TMP", usual.TmpBytes, 4096, allowZero: true),
            Pull = settings.ReadValue("PULL", PullPolicy.Missing, PolicyKeywords.ParsePullPolicy, "must be missing, always or never."),
            Network = settings.Read(
                "TASK_NETWORK",
                usual.Network,
                text => PolicyKeywords.IsNetworkName(text) ? text : null,
                "must be none, bridge, or the name of a network; host and container:… can only be given to single images, by POLICY_FILE."),
            TmpfsDirectory = settings.Read(() => ReadTmpfsDirectory(settings), null),
            Policy = settings.Read(() => ReadPolicy(settings, stateDirectory), ImagePolicy.AllowAll),
        };
    }

    /// <summary>Most wall time of a task, in seconds.</summary>
    public static int ReadMaxTimeout(SettingReader settings) =>
        (int)RunnerSettings.ReadNumber(settings, "MAX_TIMEOUT", int.MaxValue, 1, MaxTimeoutSeconds);

    private static long ReadMemory(SettingReader settings, long defaultValue)
    {
        if (settings["TASK_MEMORY"] is not null && settings["MEMORY_PER_JOB"] is not null)
        {
            settings.Reject("MEMORY_PER_JOB", "and TASK_MEMORY are both set, and mean the same: keep TASK_MEMORY.");
        }

        return ReadBytes(settings, settings["TASK_MEMORY"] is null ? "MEMORY_PER_JOB" : "TASK_MEMORY", defaultValue, MinMemoryBytes);
    }

    private static long ReadBytes(SettingReader settings, string name, long defaultValue, long min, bool allowZero = false) => settings.ReadValue(
        name,
        defaultValue,
        text => ByteSize.TryParse(text, out var bytes) && (bytes >= min || (allowZero && bytes == 0)) ? bytes : (long?)null,
        $"must be a number of bytes, such as 512m or 2g, {(allowZero ? $"0 or at least {min}" : $"at least {min}")}.");

    private static double? ParseCpus(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus) && cpus is >= 0.01 and <= 1024 ? cpus : null;

    // On a disk, payloads would outlive their tasks there; where others may write, they could be exchanged.
    private static string? ReadTmpfsDirectory(SettingReader settings) => settings["TASK_DIR_TMPFS"] switch
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

    private static ImagePolicy ReadPolicy(SettingReader settings, string? stateDirectory)
    {
        var (file, allowed) = (settings["POLICY_FILE"], settings["ALLOW_IMAGES"]);
        return (file, allowed) switch
        {
            (null, null) => ImagePolicy.AllowAll,
            (not null, not null) => throw new ConfigurationException(
                "ALLOW_IMAGES", "and POLICY_FILE are both set: the file says which images run, by its rules and \"others\"."),
            (not null, null) => PolicyFile.Read(file, [file, .. FindProtectedPaths(settings, stateDirectory)]),
            (null, not null) => new ImagePolicy([new ImageRule(ParsePatterns(allowed), ImageGrant.Default)], AllowOthers: false),
        };
    }

    // A task with one of these could act as this runner, or change its limits.
    private static IEnumerable<string> FindProtectedPaths(SettingReader settings, string? stateDirectory) =>
        new[]
        {
            stateDirectory, settings["CLUSTER_TOKEN_FILE"], settings["CLUSTER_ID_FILE"], settings["DECRYPTION_KEY_FILE"], settings["CA_FILE"], settings[SettingsFile.Setting],
            settings["TASK_DIR_TMPFS"], ParseSocketPath(settings["DOCKER_HOST"], "unix://"), ParseSocketPath(settings["METRICS"], "unix:"), AppContext.BaseDirectory,
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
