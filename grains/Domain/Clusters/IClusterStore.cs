namespace Orleans.Hybrid.Domain.Clusters;

/// <summary>The rows of clusters and their tokens. Throws <see cref="Steps.StoreUnavailableException"/> when the database is away.</summary>
public interface IClusterStore
{
    /// <summary>Stores a new cluster with its first token.</summary>
    Task AddAsync(ClusterSettings cluster, ClusterToken token, CancellationToken cancel);

    /// <summary>The cluster; null when there is none.</summary>
    Task<ClusterSettings?> FindAsync(string clusterId, CancellationToken cancel);

    /// <summary>The cluster that this token opens; null when there is none.</summary>
    Task<ClusterSettings?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancel);

    /// <summary>A page of a user's clusters, newest first.</summary>
    Task<IReadOnlyList<ClusterSettings>> ListAsync(string userId, int page, int perPage, CancellationToken cancel);

    /// <summary>A user's cluster by id or, failing that, by name (the oldest of that name); null when there is none.</summary>
    Task<ClusterSettings?> FindForUserAsync(string userId, string idOrName, CancellationToken cancel);

    /// <summary>The cluster's tokens, oldest first.</summary>
    Task<IReadOnlyList<ClusterToken>> TokensAsync(string clusterId, CancellationToken cancel);

    /// <summary>How many tasks wait for the cluster, counted up to <paramref name="most"/>.</summary>
    Task<int> CountQueuedAsync(string clusterId, int most, CancellationToken cancel);
}
