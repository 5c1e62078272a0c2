using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Security;

/// <summary>Clusters as their owner sees them, and as those do whom they are shared with.</summary>
internal static class ClusterAccess
{
    /// <summary>The cluster; null when there is none, or it is not the caller's.</summary>
    public static async Task<ClusterSettings?> FindOwnAsync(
        this IClusterStore clusters, HttpContext http, string clusterId) =>
        TimeOrderedId.IsWellFormed(clusterId)
        && await clusters.FindAsync(clusterId, http.RequestAborted) is { } cluster
        && cluster.UserId == http.Caller().Id
            ? cluster
            : null;

    /// <summary>The cluster; null when there is none, or the caller may not queue to it.</summary>
    public static async Task<ClusterSettings?> FindUsableAsync(
        this IClusterStore clusters, HttpContext http, string clusterId) =>
        TimeOrderedId.IsWellFormed(clusterId)
        && await clusters.FindForUserAsync(http.Caller().Id, clusterId, http.RequestAborted) is { } cluster
        && cluster.Id == clusterId
            ? cluster
            : null;
}
