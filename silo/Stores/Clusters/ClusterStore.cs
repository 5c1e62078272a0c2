using System.Data.Common;
using Orleans.Hybrid.Domain.Clusters;

namespace Orleans.Hybrid.Stores.Clusters;

/// <summary>Clusters and their tokens, in either database.</summary>
internal sealed class ClusterStore(IDatabase database) : IClusterStore
{
    public Task AddAsync(ClusterSettings cluster, ClusterToken token, CancellationToken cancel) => database.WriteAsync(
        "cluster_add", row => row.FieldCount, cancel,
        ("id", cluster.Id), ("user_id", cluster.UserId), ("name", cluster.Name), ("memory", cluster.Memory),
        ("disk_space", cluster.DiskSpace), ("cpu_share", cluster.CpuShare),
        ("max_timeout", cluster.MaxTimeoutSeconds), ("created_at", cluster.CreatedAt.Stored()),
        ("token_id", token.Id), ("hash", token.Hash), ("sealed", token.Sealed));

    public async Task<ClusterSettings?> FindAsync(string clusterId, CancellationToken cancel) =>
        (await database.ReadAsync("cluster", Read, cancel, ("id", clusterId))).SingleOrDefault();

    public async Task<ClusterSettings?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancel) =>
        (await database.ReadAsync("cluster_by_token", Read, cancel, ("hash", tokenHash))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterSettings>> ListAsync(
        string userId, int page, int perPage, CancellationToken cancel) => database.ReadAsync(
            "cluster_list", Read, cancel, ("user_id", userId), ("most", perPage), ("skip", page * perPage));

    public async Task<ClusterSettings?> FindForUserAsync(string userId, string idOrName, CancellationToken cancel) =>
        (await database.ReadAsync(
            "cluster_for_user", Read, cancel, ("user_id", userId), ("id_or_name", idOrName))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterToken>> TokensAsync(string clusterId, CancellationToken cancel) =>
        database.ReadAsync(
            "cluster_tokens",
            row => new ClusterToken(row.GetString(0), row.GetString(1), row.Bytes(2), row.Bytes(3), row.Time(4)),
            cancel,
            ("cluster_id", clusterId));

    public async Task<int> CountQueuedAsync(string clusterId, int most, CancellationToken cancel) =>
        (await database.ReadAsync(
            "cluster_queued", row => row.GetInt32(0), cancel, ("cluster_id", clusterId), ("most", most)))[0];

    private static ClusterSettings Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        UserId = row.GetString(1),
        Name = row.GetString(2),
        Memory = row.GetInt64(3),
        DiskSpace = row.GetInt64(4),
        CpuShare = row.GetInt32(5),
        MaxTimeoutSeconds = row.GetInt32(6),
        CreatedAt = row.Time(7),
    };
}
