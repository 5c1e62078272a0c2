namespace OrleansHybrid.Support;

/// <summary>
/// Where tests find the programs of this machine: on the path, and in the folders that <c>HYBRID_TEST_PROGRAMS</c> names; unless that is
/// set, in those where Debian keeps what is not on everybody's path.
/// </summary>
public static class MachinePrograms
{
    private const string Debian = "/usr/lib/postgresql";
    private static readonly string[] Folders = [.. Split("PATH") ?? [], .. Split("HYBRID_TEST_PROGRAMS") ?? DefaultFolders()];

    /// <summary>The .NET host: that of this process, which need not be on the path.</summary>
    public static string Dotnet { get; } =
        Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet";

    /// <summary>The first of these programs that is there, with its full path; null when none is.</summary>
    public static string? Find(params string[] names) => names
        .SelectMany(name => Folders, (name, folder) => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private static IEnumerable<string>? Split(string variable) =>
        Environment.GetEnvironmentVariable(variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> DefaultFolders() =>
    [
        "/usr/local/sbin", "/usr/sbin", "/sbin",
        .. Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(Version).Select(version => Path.Combine(version, "bin"))
            : [],
    ];

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;
}
