namespace OrleansHybrid.Silo;

/// <summary>How a control plane is run; checked where it is read.</summary>
internal sealed record ControlPlaneOptions
{
    /// <summary>What the largest payload can be set to; a queue request has to hold at least one.</summary>
    public const int MaxPayloadLimit = 4 << 20;

    /// <summary>What the largest zip can be set to.</summary>
    public const int MaxUploadLimit = 1 << 30;

    /// <summary>What the largest log can be set to.</summary>
    public const long MaxLogLimit = 1L << 40;

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>The folder of the SQLite file and the server key.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A PostgreSQL connection string; null for a SQLite file in the data directory.</summary>
    public string? Database { get; init; }

    /// <summary>The address by which runners reach this control plane; null for where it listens.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The file with the server key; null for the one in the data directory.</summary>
    public string? ServerKeyFile { get; init; }

    /// <summary>Where other silos, and clients at its gateway, reach this one; null for a single silo, which has no such ports.</summary>
    public SiloEndpoint? Silo { get; init; }

    /// <summary>The folder with the certificate by which silos, apps and runners know this silo; there wherever <see cref="Silo"/> is.</summary>
    public string? Certificates { get; init; }

    /// <summary>Whether this silo executes the tasks of a runner in its own process.</summary>
    public bool ExecutesTasks { get; init; }

    /// <summary>The largest payload, and the largest config, in bytes.</summary>
    public int PayloadLimit { get; init; } = 64 << 10;

    /// <summary>How many schedules of a project may be there that have not ended.</summary>
    public int ScheduleLimit { get; init; } = 100;

    /// <summary>The largest zip of an upload, in bytes.</summary>
    public int UploadLimit { get; init; } = 64 << 20;

    /// <summary>Most bytes of one task's log. Runners have a limit of their own; what one sends beyond this is not kept.</summary>
    public long LogLimit { get; init; } = 10 << 20;

    /// <summary>How many bytes a zip may say that it has when unpacked.</summary>
    public long UnpackedLimit => 16L * UploadLimit;

    /// <summary>Which image runs a zip that comes without one, by its stack or runtime.</summary>
    public IReadOnlyDictionary<string, string> RuntimeImages { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a runner's claim is held open.</summary>
    public TimeSpan PollTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it still serves after the stop signal, while /readyz already fails.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>How many clusters a user may have.</summary>
    public int MaxClusters { get; init; } = 1000;

    /// <summary>The file with the launcher's policy; null for no launcher.</summary>
    public string? LauncherPolicy { get; init; }

    /// <summary>True for one JSON object a log line.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The least level of what is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>A silo's own address in the private network, and its two ports.</summary>
internal sealed record SiloEndpoint(string Host, int SiloPort, int GatewayPort);
