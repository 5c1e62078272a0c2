using System.Runtime.Versioning;

namespace Orleans.Hybrid.Runner.Executors.Process;

/// <summary>Finds programs of this host.</summary>
[SupportedOSPlatform("linux")]
internal static class Programs
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Where this process looks for programs.</summary>
    public static string SearchPath =>
        Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/local/bin:/usr/bin:/bin";

    /// <summary>The absolute path of a command; null when there is no such program.</summary>
    public static string? Find(string command, string searchPath)
    {
        return command.Contains('/', StringComparison.Ordinal)
            ? IsProgram(command) ? command : null
            : searchPath.Split(':')
                .Where(folder => folder.StartsWith('/'))
                .Select(folder => Path.Combine(folder, command))
                .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path)
    {
        return Path.IsPathRooted(path) && File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
    }
}
