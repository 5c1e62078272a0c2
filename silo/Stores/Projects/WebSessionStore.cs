using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Stores.Projects;

/// <summary>Sessions of the web page, in either database.</summary>
internal sealed class WebSessionStore(IDatabase database) : IWebSessionStore
{
    public async Task<bool> AddAsync(
        byte[] keyHash, byte[] tokenHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "web_session_add", row => row.FieldCount, cancellationToken,
            ("key_hash", keyHash), ("token_hash", tokenHash), ("now", now.Stored()), ("expires_at", expiresAt.Stored()),
            ("most", IWebSessionStore.MostOfAUser))).Count == 1;

    public async Task<WebSession?> FindAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "web_session",
            row => new WebSession(keyHash, ProjectStore.ReadUser(row), row.Time(5), row.Time(6), row.Time(7)),
            cancellationToken,
            ("key_hash", keyHash), ("now", now.Stored()))).SingleOrDefault();

    public Task RenewAsync(byte[] keyHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "web_session_renew", row => row.FieldCount, cancellationToken,
            ("now", now.Stored()), ("expires_at", expiresAt.Stored()), ("key_hash", keyHash));

    public async Task<bool> RemoveAsync(byte[] keyHash, CancellationToken cancellationToken) =>
        (await database.WriteAsync("web_session_delete", row => row.FieldCount, cancellationToken, ("key_hash", keyHash))).Count == 1;

    public async Task<int> PruneAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "web_sessions_prune", row => row.FieldCount, cancellationToken, ("now", now.Stored()), ("most", most))).Count;
}
