using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

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
    public static string? Find(string command, string searchPath) => Candidates(command, searchPath).FirstOrDefault(IsExecutable);

    /// <summary>The files that a command may mean, in the order in which they are tried, whether they may be executed or not.</summary>
    public static IEnumerable<string> Candidates(string command, string searchPath) =>
        (command.Contains('/', StringComparison.Ordinal)
            ? [command]
            : searchPath.Split(':').Select(folder => Path.Combine(folder, command)))
        .Where(path => Path.IsPathRooted(path) && File.Exists(path));

    /// <summary>Whether any user may execute a file.</summary>
    public static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & Executable) != 0;
}
