using System.Data.Common;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Clusters;

/// <summary>Clusters, their tokens and shares, in either database.</summary>
internal sealed class ClusterStore(IDatabase database) : IClusterStore
{
    public Task<bool> AddAsync(ClusterSettings cluster, ClusterToken token, CancellationToken cancel) => WroteAsync(
        "cluster_add", cancel,
        ("id", cluster.Id), ("user_id", cluster.UserId), ("name", cluster.Name), ("memory", cluster.Memory),
        ("disk_space", cluster.DiskSpace), ("cpu_share", cluster.CpuShare),
        ("max_timeout", cluster.MaxTimeoutSeconds), ("created_at", cluster.CreatedAt.Stored()),
        ("token_id", token.Id), ("hash", token.Hash), ("sealed", token.Sealed));

    public async Task<ClusterUpdateResult> UpdateAsync(string clusterId, ClusterChange change, CancellationToken cancel) =>
        await database.WriteAsync(
            "cluster_update", row => row.GetString(0), cancel,
            ("name", change.Name), ("memory", change.Memory), ("disk_space", change.DiskSpace),
            ("cpu_share", change.CpuShare), ("max_timeout", change.MaxTimeoutSeconds), ("id", clusterId)) switch
        {
            [] => ClusterUpdateResult.NotFound,
            ["found"] => ClusterUpdateResult.NameTaken,
            ["found", "updated"] => ClusterUpdateResult.Updated,
            var strange => throw new InvalidOperationException($"cluster_update: {string.Join(' ', strange)}"),
        };

    public async Task<ClusterDeletion> DeleteAsync(string clusterId, CancellationToken cancel) =>
        await database.WriteAsync("cluster_delete", row => row.GetString(0), cancel, ("id", clusterId)) switch
        {
            [] => ClusterDeletion.NotFound,
            ["found"] => ClusterDeletion.Busy,
            ["found", "deleted"] => ClusterDeletion.Deleted,
            var strange => throw new InvalidOperationException($"cluster_delete: {string.Join(' ', strange)}"),
        };

    public async Task<ClusterSettings?> FindAsync(string clusterId, CancellationToken cancel) =>
        (await database.ReadAsync("cluster", Read, cancel, ("id", clusterId))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterSettings>> ListAsync(
        string userId, int page, int perPage, CancellationToken cancel) =>
        ListAsync("cluster_list", userId, page, perPage, cancel);

    public Task<IReadOnlyList<ClusterSettings>> ListSharedAsync(
        string userId, int page, int perPage, CancellationToken cancel) =>
        ListAsync("cluster_list_shared", userId, page, perPage, cancel);

    public async Task<int> CountAsync(string userId, CancellationToken cancel) =>
        (await database.ReadAsync("cluster_count", row => row.GetInt32(0), cancel, ("user_id", userId)))[0];

    public async Task<ClusterSettings?> FindForUserAsync(string userId, string idOrName, CancellationToken cancel) =>
        (await database.ReadAsync(
            "cluster_for_user", Read, cancel, ("user_id", userId), ("id_or_name", idOrName))).SingleOrDefault();

    public async Task<bool> IsOpenAsync(string projectId, string clusterId, CancellationToken cancel) =>
        (await database.ReadAsync(
            "cluster_open", row => row.FieldCount, cancel,
            ("project_id", projectId), ("cluster_id", clusterId))).Count == 1;

    public async Task<ClusterToken?> FindTokenAsync(byte[] tokenHash, CancellationToken cancel) =>
        (await database.ReadAsync("cluster_token_by_hash", ReadToken, cancel, ("hash", tokenHash))).SingleOrDefault();

    public Task<IReadOnlyList<ClusterToken>> TokensAsync(string clusterId, CancellationToken cancel) =>
        database.ReadAsync("cluster_tokens", ReadToken, cancel, ("cluster_id", clusterId));

    public Task<bool> AddTokenAsync(ClusterToken token, CancellationToken cancel) => WroteAsync(
        "cluster_token_add", cancel,
        ("id", token.Id), ("cluster_id", token.ClusterId), ("hash", token.Hash), ("sealed", token.Sealed),
        ("created_at", token.CreatedAt.Stored()));

    public async Task<IReadOnlyList<EndedSession>?> RevokeTokenAsync(
        string clusterId, string tokenId, CancellationToken cancel)
    {
        // First the token, then the sessions; on PostgreSQL the lock before them has an empty row.
        var rows = await database.WriteAsync(
            "cluster_token_revoke",
            row => row.IsDBNull(0) ? null : new EndedSession(row.GetString(0), row.Bytes(1)),
            cancel,
            ("cluster_id", clusterId), ("id", tokenId));
        var changed = rows.OfType<EndedSession>().ToList();
        return changed.Count == 0 ? null : changed[1..];
    }

    public Task<bool> ShareAsync(string clusterId, string userId, DateTimeOffset now, CancellationToken cancel) =>
        WroteAsync(
            "cluster_share", cancel, ("cluster_id", clusterId), ("user_id", userId), ("updated_at", now.Stored()));

    public Task<bool> UnshareAsync(string clusterId, string userId, CancellationToken cancel) =>
        WroteAsync("cluster_unshare", cancel, ("cluster_id", clusterId), ("user_id", userId));

    public Task<IReadOnlyList<ClusterShare>> SharesAsync(string clusterId, CancellationToken cancel) =>
        database.ReadAsync(
            "cluster_shares",
            row => new ClusterShare(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.Time(3)),
            cancel,
            ("cluster_id", clusterId));

    public async Task<int> CountQueuedAsync(string clusterId, int most, CancellationToken cancel) =>
        (await database.ReadAsync(
            "cluster_queued", row => row.GetInt32(0), cancel, ("cluster_id", clusterId), ("most", most)))[0];

    public async Task<IReadOnlyList<(string ProjectId, TaskId Task)>> StraysAsync(int most, CancellationToken cancel) =>
        await database.ReadAsync(
            "cluster_strays", row => (row.GetString(1), new TaskId(row.GetString(0))), cancel, ("most", most));

    private Task<IReadOnlyList<ClusterSettings>> ListAsync(
        string query, string userId, int page, int perPage, CancellationToken cancel) => database.ReadAsync(
            query, Read, cancel, ("user_id", userId), ("most", perPage), ("skip", page * perPage));

    /// <summary>True when the query wrote a row.</summary>
    private async Task<bool> WroteAsync(string query, CancellationToken cancel, params (string, object?)[] values) =>
        (await database.WriteAsync(query, row => row.FieldCount, cancel, values)).Count == 1;

    private static ClusterToken ReadToken(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.Bytes(2), row.Bytes(3), row.Time(4));

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
