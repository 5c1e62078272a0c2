namespace OrleansHybrid.Abstractions.Runners;

/// <summary>Body of <c>POST /runner/v1/claim</c>, a long poll that ends with work, a command, or empty.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.claim-request")]
public sealed record ClaimRequest
{
    /// <summary>
    /// Chosen by the runner, 32 hex digits, new for each claim and kept while the claim is repeated after an error:
    /// a repeated claim gets the leases that the lost answer carried.
    /// </summary>
    [Id(0)]
    public required string ClaimKey { get; init; }

    /// <summary>How many tasks at most; 0 when full, so that commands still arrive.</summary>
    [Id(1)]
    public required int Wanted { get; init; }

    /// <summary>True when this claim key was sent before.</summary>
    [Id(2)]
    public bool Repeated { get; init; }
}

/// <summary>Response to <see cref="ClaimRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.claim-response")]
public sealed record ClaimResponse
{
    /// <summary>The tasks now leased to this session; empty when none came up.</summary>
    [Id(0)]
    public required TaskAssignment[] Tasks { get; init; }

    /// <summary>Leases whose task was cancelled: stop it, then finish it as <c>cancelled</c>.</summary>
    [Id(1)]
    public LeaseRef[] Stop { get; init => field = value ?? []; } = [];

    /// <summary>True when the runner must claim no more, finish what it has and end.</summary>
    [Id(2)]
    public bool Drain { get; init; }
}

/// <summary>One leased task, with all that a runner needs to execute it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-assignment")]
public sealed record TaskAssignment
{
    /// <summary>The lease under which the runner works.</summary>
    [Id(0)]
    public required LeaseRef Lease { get; init; }

    /// <summary>
    /// How long the first lease holds, in milliseconds counted from before the claim was sent. The program may only be
    /// started after a heartbeat, sent after this assignment arrived, has renewed it.
    /// </summary>
    [Id(1)]
    public required long LeaseMilliseconds { get; init; }

    /// <summary>Project id: 24 hex digits.</summary>
    [Id(2)]
    public required string ProjectId { get; init; }

    /// <summary>Name of the code package.</summary>
    [Id(3)]
    public required string CodeName { get; init; }

    /// <summary>Container image reference.</summary>
    [Id(4)]
    public required string Image { get; init; }

    /// <summary>Command line, split on white space without shell quoting; empty for the image's own.</summary>
    [Id(5)]
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// True when the program is to be the first process of its container; otherwise the engine's init process runs it, which reaps children
    /// and passes signals on.
    /// </summary>
    [Id(6)]
    public bool NoInit { get; init; }

    /// <summary>The signature that proves who uploaded image, command, config, variables and zip; empty when they were not signed.</summary>
    [Id(7)]
    public string Signature { get; init => field = value ?? ""; } = "";

    /// <summary>The code package's config; null when it has none.</summary>
    [Id(8)]
    public byte[]? Config { get; init; }

    /// <summary>The code package's environment variables.</summary>
    [Id(9)]
    public Dictionary<string, string> EnvVars
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Payload as queued: sealed when the client sealed it.</summary>
    [Id(10)]
    public required byte[] Payload { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    [Id(11)]
    public required int TimeoutSeconds { get; init; }

    /// <summary>Memory limit in bytes; 0 for the runner's default.</summary>
    [Id(12)]
    public long MemoryBytes { get; init; }

    /// <summary>The most that the program may write to its disk, in bytes, where the runner can limit that; 0 for the runner's default.</summary>
    [Id(13)]
    public long DiskBytes { get; init; }

    /// <summary>Weight among the tasks that want the same processors, 2 or more; 0 for the runner's default.</summary>
    [Id(14)]
    public int CpuShares { get; init; }

    /// <summary>How many automatic retries came before this task.</summary>
    [Id(15)]
    public int RetryCount { get; init; }

    /// <summary>The schedule that queued the task, or empty.</summary>
    [Id(16)]
    public string ScheduleId { get; init => field = value ?? ""; } = "";

    /// <summary>What the task is about, for people; empty when nobody said.</summary>
    [Id(20)]
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>The W3C trace context under which the runner records what it does with the task; null when its trace is not recorded.</summary>
    [Id(19)]
    public string? Traceparent { get; init; }

    /// <summary>The files that the task needs in its folder; null when its image has all.</summary>
    [Id(17)]
    public TaskZip? Zip { get; init; }

    /// <summary>The login for the image's registry; null when the project has none for it.</summary>
    [Id(18)]
    public RegistryLogin? Login { get; init; }
}
