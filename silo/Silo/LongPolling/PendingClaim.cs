using System.Diagnostics;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.LongPolling;

/// <summary>
/// A runner's request that is held open; completed by the caller that takes it out of <see cref="PendingClaims"/>, with null when the
/// session has ended.
/// </summary>
internal sealed class PendingClaim(string clusterId, Poll poll, long startedAt)
    : TaskCompletionSource<ClaimResponse?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The cluster whose tasks it waits for.</summary>
    public string ClusterId => clusterId;

    /// <summary>Its id at the cluster's grain.</summary>
    public Poll Poll => poll;

    /// <summary>The request's trace; the default when it has none.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>When it came, as a timestamp.</summary>
    public long StartedAt => startedAt;
}
