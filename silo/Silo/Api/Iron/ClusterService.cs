using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Clusters as users see them, over HTTP or through the cluster's grain.</summary>
internal sealed class ClusterService(IClusterStore clusters, IRunnerStore runners, ITaskStore tasks)
{
    /// <summary>A cluster, its runners, and whom it is shared with.</summary>
    public async Task<ClusterInfo> ReadAsync(ClusterSettings cluster, string userId, CancellationToken cancellationToken)
    {
        var sessions = await runners.ListAsync(cluster.Id, cancellationToken);
        var waiting = await tasks.ListBacklogAsync(cluster.Id, cancellationToken);
        var missing = LaneBacklog.MissingFrom(waiting, sessions.Select(runner => runner.Session));
        var shares = await clusters.ListSharesAsync(cluster.Id, cancellationToken);

        // Who else uses it is its owner's business.
        var seen = shares.Where(share => cluster.UserId == userId || share.UserId == userId);
        return IronMapping.ToContract(cluster, sessions, missing, seen);
    }
}
