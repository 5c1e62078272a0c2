using System.Collections.ObjectModel;
using OrleansHybrid.Contracts.Registries;

namespace OrleansHybrid.Contracts.RunnerProtocol;

/// <summary>Body of <c>POST /runner/v1/claim</c>, a long poll that ends with work, an order, or empty.</summary>
public sealed record ClaimRequest
{
    /// <summary>
    /// Chosen by the runner, 32 hex digits, new for each claim and kept while the claim is repeated after an error:
    /// a repeated claim gets the leases that the lost answer carried.
    /// </summary>
    public required string ClaimKey { get; init; }

    /// <summary>How many tasks at most; 0 when full, so that orders still arrive.</summary>
    public required int Wanted { get; init; }

    /// <summary>True when this claim key was sent before.</summary>
    public bool Repeated { get; init; }
}

/// <summary>Response to <see cref="ClaimRequest"/>.</summary>
public sealed record ClaimResponse
{
    /// <summary>The tasks now leased to this session; empty when none came up.</summary>
    public required IReadOnlyList<TaskAssignment> Tasks { get; init; }

    /// <summary>Leases whose task was cancelled: stop it, then finish it as <c>cancelled</c>.</summary>
    public IReadOnlyList<LeaseRef> Stop { get; init => field = value ?? []; } = [];

    /// <summary>True when the runner must claim no more, finish what it has and end.</summary>
    public bool Drain { get; init; }
}

/// <summary>One leased task, with all that a runner needs to execute it.</summary>
public sealed record TaskAssignment
{
    /// <summary>The lease under which the runner works.</summary>
    public required LeaseRef Lease { get; init; }

    /// <summary>
    /// How long the first lease holds, in milliseconds counted from before the claim was sent. The program may only be
    /// started after a heartbeat, sent after this order arrived, has renewed it.
    /// </summary>
    public required long LeaseMilliseconds { get; init; }

    /// <summary>Project id: 24 hex digits.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Name of the code package.</summary>
    public required string CodeName { get; init; }

    /// <summary>Container image reference.</summary>
    public required string Image { get; init; }

    /// <summary>Command line, split on white space without shell quoting; empty for the image's own.</summary>
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// True when the program is to be the first process of its container; otherwise the engine's init process runs it, which reaps children
    /// and passes signals on.
    /// </summary>
    public bool NoInit { get; init; }

    /// <summary>What proves who uploaded image, command, config, variables and zip; empty when they were not signed.</summary>
    public string Signature { get; init => field = value ?? ""; } = "";

    /// <summary>The code package's config; null when it has none.</summary>
    public byte[]? Config { get; init; }

    /// <summary>The code package's environment variables.</summary>
    public IReadOnlyDictionary<string, string> EnvVars
    {
        get;
        init => field = value ?? ReadOnlyDictionary<string, string>.Empty;
    } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Payload as queued: sealed when the client sealed it.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    public required int TimeoutSeconds { get; init; }

    /// <summary>Memory limit in bytes; 0 for the runner's default.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>What the program may write to its disk, in bytes, where the runner can limit that; 0 for the runner's default.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Weight among the tasks that want the same processors, 2 or more; 0 for the runner's default.</summary>
    public int CpuShares { get; init; }

    /// <summary>How many automatic retries came before this task.</summary>
    public int RetryCount { get; init; }

    /// <summary>The schedule that queued the task, or empty.</summary>
    public string ScheduleId { get; init => field = value ?? ""; } = "";

    /// <summary>The files that the task needs in its folder; null when its image has all.</summary>
    public TaskZip? Zip { get; init; }

    /// <summary>The login for the image's registry; null when the project has none for it.</summary>
    public RegistryCredentials? Login { get; init; }
}
