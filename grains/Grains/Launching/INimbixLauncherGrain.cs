using Orleans.Hybrid.Domain.Launching;

namespace Orleans.Hybrid.Grains.Launching;

/// <summary>
/// Decides the launches of one account, and never sees its key: caps, budget, numbers of signed requests and the sequence of the
/// audit. Keyed by <c>launcher/ACCOUNT</c>.
/// </summary>
public interface INimbixLauncherGrain : IGrainWithStringKey
{
    /// <summary>Decides about a request. When accepted, intent and reservation are durable, and the audit has it.</summary>
    Task<LaunchAnswer> Launch(LaunchRequest request);

    /// <summary>Uses up the number of a signed request that launches nothing; false when it was used or can't be remembered.</summary>
    Task<bool> UseNonce(Nonce nonce);

    /// <summary>
    /// Orders a launch to be stopped; null when this credential has none of that id. Operators name none, and may stop anybody's. One that has
    /// ended stays as it is.
    /// </summary>
    Task<LaunchView?> Cancel(string launchId, string? credentialId, LaunchOrigin origin);

    /// <summary>A launch, also one that has ended; null when there is none of that id.</summary>
    Task<LaunchView?> Find(string launchId);

    /// <summary>Calls that were refused before they came here, for the audit; may be lost only with their silo.</summary>
    Task Refused(IReadOnlyList<RefusedCalls> calls);

    /// <summary>
    /// What is to be done at the provider now. A silo that holds the key asks, does it, and reports; it says whether its policy counts
    /// what others start, which is then listed more often.
    /// </summary>
    Task<LaunchOrders> TakeOrders(bool foreignJobsCount);

    /// <summary>What came of orders.</summary>
    Task Report(IReadOnlyList<LaunchReport> reports);

    /// <summary>Counts, budget and live launches, for operators. What is not among these is in its table, unless that is away.</summary>
    Task<LauncherSummary> Summarize();
}
