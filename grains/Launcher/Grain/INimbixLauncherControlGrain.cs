using Orleans.Metadata;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>
/// The same launcher for silos only: for the HTTP edge, which has checked secret and address, for the holder of the key, and
/// for operators. It decides about caps, budget, nonces of signed requests and the sequence of the audit, and never sees the key. No
/// script, image, machine, cap or price crosses here in either direction.
/// </summary>
[Alias("hybrid.launcher-control"), DefaultGrainType("nimbixlauncher")]
public interface INimbixLauncherControlGrain : IGrainWithStringKey
{
    /// <summary>Decides about a request. When accepted, intent and reservation are durable, and the audit has it.</summary>
    [Alias("launch")]
    Task<LaunchResult> Launch(AuthenticatedLaunch launch);

    /// <summary>Uses up the number of a signed request that launches nothing; false when it was used or can't be remembered.</summary>
    [Alias("use-nonce")]
    Task<bool> UseNonce(Nonce nonce);

    /// <summary>
    /// Cancels a launch; null when this credential has none of that id. Operators give no credential, and may cancel any. One that has
    /// ended does not change.
    /// </summary>
    [Alias("cancel")]
    Task<LaunchSnapshot?> Cancel(string launchId, string? credentialId, CallerAddress origin);

    /// <summary>A launch, also one that has ended; null when there is none of that id.</summary>
    [Alias("find")]
    Task<LaunchSnapshot?> Find(string launchId);

    /// <summary>Adds calls to the audit that were rejected by a silo; they may be lost only with that silo.</summary>
    [Alias("refused")]
    Task RecordRejectedCalls([Immutable] RejectedCalls[] calls);

    /// <summary>
    /// The commands to execute at the provider now. A silo that holds the key asks, executes, and reports; it says whether its policy counts
    /// what others start, which is then listed more often.
    /// </summary>
    [Alias("take-orders")]
    Task<ProviderCommandBatch> TakeCommands(bool foreignJobsCount);

    /// <summary>Takes the results of commands.</summary>
    [Alias("report")]
    Task ReportResults([Immutable] ProviderResult[] results);

    /// <summary>Counts, budget and active launches, for operators. Other launches are in the table, unless it is unavailable.</summary>
    [Alias("summarize")]
    Task<LauncherSummary> Summarize();
}

/// <summary>The request of a caller that a silo has authenticated: by address and secret, or by a signature.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.vouched-launch")]
public sealed record AuthenticatedLaunch
{
    /// <summary>Which credential of the policy was shown; never the secret.</summary>
    [Id(0)]
    public required string CredentialId { get; init; }

    /// <summary>The commit.</summary>
    [Id(1)]
    public required string CommitHash { get; init; }

    /// <summary>The values that were given, by name.</summary>
    [Id(2)]
    public Dictionary<string, string> Parameters { get; init; } = [];

    /// <summary>The caller's own name for this request.</summary>
    [Id(3)]
    public string? IdempotencyKey { get; init; }

    /// <summary>Launch again although the same thing has ended lately.</summary>
    [Id(4)]
    public bool Force { get; init; }

    /// <summary>The number of a signed request; none with a plain secret.</summary>
    [Id(5)]
    public Nonce? Nonce { get; init; }

    /// <summary>Where it came from, for the audit.</summary>
    [Id(6)]
    public required CallerAddress Origin { get; init; }
}
