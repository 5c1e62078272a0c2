namespace OrleansHybrid.Support;

/// <summary>
/// The needs of some tests beside the .NET SDK. They carry its name as the trait <c>Needs</c>, and are skipped by name where it is missing;
/// where <c>CI=true</c> they fail instead.
/// </summary>
public sealed class Need
{
    /// <summary>A Docker engine that answers.</summary>
    public static readonly Need Docker = new("docker", () => TestImages.MissingReason);

    /// <summary>A Docker engine of a test's own, to be killed.</summary>
    public static readonly Need Dockerd = new("dockerd", () => FindMissingProgram("a Docker engine of its own", "apt-get install docker.io", "dockerd", "containerd"));

    /// <summary>The programs of PostgreSQL.</summary>
    public static readonly Need Postgres = new("postgres", () => PostgresServer.MissingReason);

    /// <summary>A browser.</summary>
    public static readonly Need Browser = new("browser", () => Browsers.MissingReason);

    /// <summary>The command by which people and CI servers call over HTTP.</summary>
    public static readonly Need Curl = new("curl", () => FindMissingProgram("curl", "apt-get install curl", "bash", "curl"));

    /// <summary>The command by which a shell script signs.</summary>
    public static readonly Need Openssl = new("openssl", () => FindMissingProgram("openssl", "apt-get install openssl", "bash", "openssl"));

    /// <summary>A folder whose files are in memory.</summary>
    public static readonly Need Memory = new("memory", () =>
        Directory.Exists(MachineFolders.InMemory) ? null : $"needs a folder in memory: mount a tmpfs at {MachineFolders.InMemory}");

    /// <summary>Root with the rights to become any user, give files away and look into any process.</summary>
    public static readonly Need Root = new("root", () => LinuxCapabilities.FindMissing(
        "root", LinuxCapabilities.ChangeOwner, LinuxCapabilities.BecomeGroup, LinuxCapabilities.BecomeUser, LinuxCapabilities.LookIntoProcesses));

    /// <summary>Networks of a test's own, which can be cut.</summary>
    public static readonly Need Network = new("network", () =>
        LinuxCapabilities.FindMissing("root who may make networks", LinuxCapabilities.AdministerNetworks, LinuxCapabilities.AdministerSystem)
        ?? FindMissingProgram("networks of its own", "apt-get install iproute2 iptables", "ip", "iptables", "nsenter"));

    /// <summary>Disks of a test's own, which can be filled.</summary>
    public static readonly Need Disk = new("disk", () =>
        LinuxCapabilities.FindMissing("root who may mount disks", LinuxCapabilities.AdministerSystem) ?? FindMissingProgram("a disk of its own", "apt-get install mount", "mount", "umount"));

    /// <summary>Minutes, for trials at the size that the manual speaks of.</summary>
    public static readonly Need Time = new("time", () => Environment.GetEnvironmentVariable("HYBRID_LONG_TESTS") == "1"
        ? null
        : "takes minutes: run with HYBRID_LONG_TESTS=1");

    /// <summary>Published clients, from their registry.</summary>
    public static readonly Need Npm = new("npm", () => Environment.GetEnvironmentVariable("HYBRID_REAL_CLIENTS") == "1"
        ? FindMissingProgram("npm", "apt-get install npm", "npm", "node")
        : "installs a published client from a registry: run with HYBRID_REAL_CLIENTS=1");

    private readonly Lazy<string?> _missing;

    private Need(string name, Func<string?> missing) => (Name, this._missing) = (name, new Lazy<string?>(missing));

    /// <summary>The value of the trait.</summary>
    public string Name { get; }

    /// <summary>Why it can't be had here, with what helps; null when it is there.</summary>
    public string? MissingReason => _missing.Value;

    /// <summary>Whether a test is to fail, in place of being skipped, where something is missing.</summary>
    internal static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Why not all of them can be had; null when they are there.</summary>
    internal static string? FirstMissingReason(IEnumerable<Need> needs) =>
        needs.Select(need => need.MissingReason).FirstOrDefault(reason => reason is not null);

    private static string? FindMissingProgram(string what, string remedy, params string[] programs) =>
        Array.Find(programs, program => MachinePrograms.Find(program) is null) is { } lacking
            ? $"needs {what}: {remedy} (there is no {lacking})"
            : null;
}
