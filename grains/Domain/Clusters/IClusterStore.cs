using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Clusters;

/// <summary>
/// The rows of clusters, their tokens and shares. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface IClusterStore
{
    /// <summary>Stores a new cluster with its first token; false when its owner has one of that name.</summary>
    Task<bool> AddAsync(ClusterSettings cluster, ClusterTokenRecord token, CancellationToken cancellationToken);

    /// <summary>Changes a cluster.</summary>
    Task<ClusterUpdateResult> UpdateAsync(string clusterId, ClusterChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a cluster, its tokens, sessions and shares, and takes it from projects that had it as their default; nothing of
    /// it while tasks wait or run there.
    /// </summary>
    Task<ClusterDeleteResult> DeleteAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>The cluster; null when there is none.</summary>
    Task<ClusterSettings?> FindAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>A page of a user's own clusters, newest first.</summary>
    Task<IReadOnlyList<ClusterSettings>> ListAsync(string userId, int page, int perPage, CancellationToken cancellationToken);

    /// <summary>A page of the clusters that others share with a user, newest first.</summary>
    Task<IReadOnlyList<ClusterSettings>> ListSharedAsync(
        string userId, int page, int perPage, CancellationToken cancellationToken);

    /// <summary>How many clusters are a user's own.</summary>
    Task<int> CountAsync(string userId, CancellationToken cancellationToken);

    /// <summary>
    /// A cluster that a user may queue to, by id or, failing that, by name: an own one before one that is shared, the oldest
    /// first; null when there is none.
    /// </summary>
    Task<ClusterSettings?> FindForUserAsync(string userId, string idOrName, CancellationToken cancellationToken);

    /// <summary>True where a project's owner may queue to a cluster: it is there, and theirs or shared with them.</summary>
    Task<bool> CanUseAsync(string projectId, string clusterId, CancellationToken cancellationToken);

    /// <summary>The token with this hash; null when there is none, or it was revoked.</summary>
    Task<ClusterTokenRecord?> FindTokenAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <summary>The cluster's tokens, oldest first.</summary>
    Task<IReadOnlyList<ClusterTokenRecord>> ListTokensAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>Stores one more token; false when there is no such cluster.</summary>
    Task<bool> AddTokenAsync(ClusterTokenRecord token, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a token and ends the sessions that were enrolled with it, in one write; returns these. Null, and nothing done,
    /// when it is not one of the cluster's or the last one.
    /// </summary>
    Task<IReadOnlyList<EndedSession>?> RevokeTokenAsync(string clusterId, string tokenId, CancellationToken cancellationToken);

    /// <summary>Lets a user queue to the cluster; false when there is no such cluster.</summary>
    Task<bool> ShareAsync(string clusterId, string userId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes that back; false when it was not so.</summary>
    Task<bool> UnshareAsync(string clusterId, string userId, CancellationToken cancellationToken);

    /// <summary>Whom the cluster is shared with.</summary>
    Task<IReadOnlyList<ClusterShareRecord>> ListSharesAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>How many tasks wait for the cluster, counted up to <paramref name="maxCount"/>.</summary>
    Task<int> CountQueuedAsync(string clusterId, int maxCount, CancellationToken cancellationToken);

    /// <summary>Some tasks queued for a cluster that no longer exists: they were queued while it was deleted.</summary>
    Task<IReadOnlyList<(string ProjectId, TaskId Task)>> ListOrphanedTasksAsync(int maxCount, CancellationToken cancellationToken);
}
