using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Security;

/// <summary>Clusters as those see them who may queue to them.</summary>
internal static class ClusterAccess
{
    /// <summary>The cluster; null when there is none, or the user may not queue to it.</summary>
    public static async Task<ClusterSettings?> FindUsableAsync(
        this IClusterStore clusters, string userId, string clusterId, CancellationToken cancellationToken) =>
        TimeOrderedId.IsWellFormed(clusterId)
        && await clusters.FindForUserAsync(userId, clusterId, cancellationToken) is { } cluster
        && cluster.Id == clusterId
            ? cluster
            : null;
}
