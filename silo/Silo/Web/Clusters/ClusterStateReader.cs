using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>Reads what pages show of clusters.</summary>
internal sealed class ClusterStateReader(IClusterStore clusters, IRunnerStore runners, ITaskStore tasks)
{
    public async Task<ClusterState> ReadAsync(ClusterSettings cluster, CancellationToken cancellationToken)
    {
        var waiting = await clusters.CountQueuedAsync(cluster.Id, ClusterState.MaxCounted, cancellationToken);
        var lanes = waiting == 0 ? [] : await tasks.ListBacklogAsync(cluster.Id, cancellationToken);
        var sessions = await runners.ListAsync(cluster.Id, cancellationToken);
        return new ClusterState(
            cluster, waiting, sessions, LaneBacklog.MissingFrom(lanes, sessions.Select(runner => runner.Session)));
    }
}
