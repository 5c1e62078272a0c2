using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Stores.Projects;

/// <summary>Sessions of the web page, in either database.</summary>
internal sealed class WebSessionStore(IDatabase database) : IWebSessionStore
{
    public async Task<bool> AddAsync(
        byte[] keyHash, byte[] tokenHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "web_session_add", row => row.FieldCount, cancellationToken,
            ("key_hash", keyHash), ("token_hash", tokenHash), ("now", now.ToStored()), ("expires_at", expiresAt.ToStored()),
            ("most", IWebSessionStore.MaxPerUser))).Count == 1;

    public async Task<WebSession?> FindAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "web_session",
            row => new WebSession(keyHash, ProjectStore.ReadUser(row), row.GetTime(5), row.GetTime(6), row.GetTime(7)),
            cancellationToken,
            ("key_hash", keyHash), ("now", now.ToStored()))).SingleOrDefault();

    public Task RenewAsync(byte[] keyHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "web_session_renew", row => row.FieldCount, cancellationToken,
            ("now", now.ToStored()), ("expires_at", expiresAt.ToStored()), ("key_hash", keyHash));

    public async Task<bool> RemoveAsync(byte[] keyHash, CancellationToken cancellationToken) =>
        (await database.WriteAsync("web_session_delete", row => row.FieldCount, cancellationToken, ("key_hash", keyHash))).Count == 1;

    public async Task<int> PruneAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "web_sessions_prune", row => row.FieldCount, cancellationToken, ("now", now.ToStored()), ("most", maxCount))).Count;
}
