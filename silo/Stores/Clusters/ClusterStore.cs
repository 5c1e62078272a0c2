using System.Data.Common;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Clusters;

/// <summary>Clusters, their tokens and shares, in either database.</summary>
internal sealed class ClusterStore(IDatabase database) : IClusterStore
{
    public Task<bool> AddAsync(ClusterSettings cluster, ClusterTokenRecord token, CancellationToken cancellationToken) => TryWriteAsync(
        "cluster_add", cancellationToken,
        ("id", cluster.Id), ("user_id", cluster.UserId), ("name", cluster.Name), ("memory", cluster.Memory),
        ("disk_space", cluster.DiskSpace), ("cpu_share", cluster.CpuShare),
        ("max_timeout", cluster.MaxTimeoutSeconds), ("created_at", cluster.CreatedAt.ToStored()),
        ("token_id", token.Id), ("hash", token.Hash), ("sealed", token.Sealed));

    public async Task<ClusterUpdateResult> UpdateAsync(string clusterId, ClusterChange change, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            "cluster_update", row => row.GetString(0), cancellationToken,
            ("name", change.Name), ("memory", change.Memory), ("disk_space", change.DiskSpace),
            ("cpu_share", change.CpuShare), ("max_timeout", change.MaxTimeoutSeconds), ("id", clusterId)) switch
        {
            [] => ClusterUpdateResult.NotFound,
            ["found"] => ClusterUpdateResult.NameTaken,
            ["found", "updated"] => ClusterUpdateResult.Updated,
            var strange => throw new InvalidOperationException($"cluster_update: {string.Join(' ', strange)}"),
        };

    public async Task<ClusterDeleteResult> DeleteAsync(string clusterId, CancellationToken cancellationToken) =>
        await database.WriteAsync("cluster_delete", row => row.GetString(0), cancellationToken, ("id", clusterId)) switch
        {
            [] => ClusterDeleteResult.NotFound,
            ["found"] => ClusterDeleteResult.Busy,
            ["found", "deleted"] => ClusterDeleteResult.Deleted,
            var strange => throw new InvalidOperationException($"cluster_delete: {string.Join(' ', strange)}"),
        };

    public async Task<ClusterSettings?> FindAsync(string clusterId, CancellationToken cancellationToken) =>
        (await database.ReadAsync("cluster", Read, cancellationToken, ("id", clusterId))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterSettings>> ListAsync(
        string userId, int page, int perPage, CancellationToken cancellationToken) =>
        ListAsync("cluster_list", userId, page, perPage, cancellationToken);

    public Task<IReadOnlyList<ClusterSettings>> ListSharedAsync(
        string userId, int page, int perPage, CancellationToken cancellationToken) =>
        ListAsync("cluster_list_shared", userId, page, perPage, cancellationToken);

    public async Task<int> CountAsync(string userId, CancellationToken cancellationToken) =>
        (await database.ReadAsync("cluster_count", row => row.GetInt32(0), cancellationToken, ("user_id", userId)))[0];

    public async Task<ClusterSettings?> FindForUserAsync(string userId, string idOrName, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "cluster_for_user", Read, cancellationToken, ("user_id", userId), ("id_or_name", idOrName))).SingleOrDefault();

    public async Task<bool> CanUseAsync(string projectId, string clusterId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "cluster_open", row => row.FieldCount, cancellationToken,
            ("project_id", projectId), ("cluster_id", clusterId))).Count == 1;

    public async Task<ClusterTokenRecord?> FindTokenAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        (await database.ReadAsync("cluster_token_by_hash", ReadToken, cancellationToken, ("hash", tokenHash))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterTokenRecord>> ListTokensAsync(string clusterId, CancellationToken cancellationToken) =>
        database.ReadAsync("cluster_tokens", ReadToken, cancellationToken, ("cluster_id", clusterId));

    public Task<bool> AddTokenAsync(ClusterTokenRecord token, CancellationToken cancellationToken) => TryWriteAsync(
        "cluster_token_add", cancellationToken,
        ("id", token.Id), ("cluster_id", token.ClusterId), ("hash", token.Hash), ("sealed", token.Sealed),
        ("created_at", token.CreatedAt.ToStored()));

    public async Task<IReadOnlyList<EndedSession>?> RevokeTokenAsync(
        string clusterId, string tokenId, CancellationToken cancellationToken)
    {
        // First the token, then the sessions; on PostgreSQL the lock before them has an empty row.
        var rows = await database.WriteAsync(
            "cluster_token_revoke",
            row => row.IsDBNull(0) ? null : new EndedSession(row.GetString(0), row.GetByteArray(1)),
            cancellationToken,
            ("cluster_id", clusterId), ("id", tokenId));
        var changed = rows.OfType<EndedSession>().ToList();
        return changed.Count == 0 ? null : changed[1..];
    }

    public Task<bool> ShareAsync(string clusterId, string userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryWriteAsync(
            "cluster_share", cancellationToken, ("cluster_id", clusterId), ("user_id", userId), ("updated_at", now.ToStored()));

    public Task<bool> UnshareAsync(string clusterId, string userId, CancellationToken cancellationToken) =>
        TryWriteAsync("cluster_unshare", cancellationToken, ("cluster_id", clusterId), ("user_id", userId));

    public Task<IReadOnlyList<ClusterShareRecord>> ListSharesAsync(string clusterId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "cluster_shares",
            row => new ClusterShareRecord(row.GetString(0), row.GetString(1), row.GetStringOrNull(2), row.GetTime(3)),
            cancellationToken,
            ("cluster_id", clusterId));

    public async Task<int> CountQueuedAsync(string clusterId, int maxCount, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "cluster_queued", row => row.GetInt32(0), cancellationToken, ("cluster_id", clusterId), ("most", maxCount)))[0];

    public async Task<IReadOnlyList<(string ProjectId, TaskId Task)>> ListOrphanedTasksAsync(int maxCount, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            "cluster_strays", row => (row.GetString(1), new TaskId(row.GetString(0))), cancellationToken, ("most", maxCount));

    private Task<IReadOnlyList<ClusterSettings>> ListAsync(
        string query, string userId, int page, int perPage, CancellationToken cancellationToken) => database.ReadAsync(
            query, Read, cancellationToken, ("user_id", userId), ("most", perPage), ("skip", page * perPage));

    /// <summary>True when the query wrote a row.</summary>
    private async Task<bool> TryWriteAsync(string query, CancellationToken cancellationToken, params (string, object?)[] values) =>
        (await database.WriteAsync(query, row => row.FieldCount, cancellationToken, values)).Count == 1;

    private static ClusterTokenRecord ReadToken(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetByteArray(2), row.GetByteArray(3), row.GetTime(4));

    private static ClusterSettings Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        UserId = row.GetString(1),
        Name = row.GetString(2),
        Memory = row.GetInt64(3),
        DiskSpace = row.GetInt64(4),
        CpuShare = row.GetInt32(5),
        MaxTimeoutSeconds = row.GetInt32(6),
        CreatedAt = row.GetTime(7),
    };
}
