using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Silo.Security;

/// <summary>A signed-in user; the id, the hash of the cookie's key in hex, reveals nothing of the key.</summary>
internal sealed record PageSession(string Id, User User, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>
/// The sessions of the web page: rows that all silos share. The cookie carries a random key, of which the row has the hash; a
/// session whose row is deleted, by signing out or with its token, ends on every silo.
/// </summary>
internal sealed class PageSessions(IWebSessionStore store, PageCookies cookies, TimeProvider time) : IDisposable
{
    /// <summary>How long a session lasts, whatever happens.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(12);

    /// <summary>How long it lasts without a request.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(2);

    private const string Cookie = "session";
    private const int MaxKeyLength = 64;
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(5);

    // For pollers; a page asks the database.
    private readonly ExpiringCache<string, WebSession> _alive = new(
        time, TimeSpan.FromSeconds(5), (id, cancellationToken) => store.FindAsync(Convert.FromHexString(id), time.GetUtcNow(), cancellationToken));

    /// <summary>The session of this request; null when there is none, or no longer.</summary>
    public async ValueTask<PageSession?> FindAsync(HttpContext http)
    {
        if (cookies.Read(http, Cookie) is not { Length: > 0 and <= MaxKeyLength } key
            || await store.FindAsync(TokenHasher.Hash(key), time.GetUtcNow(), http.RequestAborted) is not { } found)
        {
            return null;
        }

        return new PageSession(Convert.ToHexString(found.KeyHash), found.User, found.CreatedAt, found.SeenAt);
    }

    /// <summary>
    /// True while a session has not ended: for streams, which outlive the authorization of their request. Cheap enough for each poll; what
    /// ended on another silo is found out within five seconds.
    /// </summary>
    public async ValueTask<bool> IsAliveAsync(PageSession session, CancellationToken cancellationToken) =>
        await _alive.FindAsync(session.Id, cancellationToken) is { } found && found.ExpiresAt > time.GetUtcNow();

    /// <summary>Begins a session, under a new key; false when the token was revoked just now.</summary>
    public async Task<bool> BeginAsync(HttpContext http, byte[] tokenHash)
    {
        var (key, now) = (TokenHasher.NewToken(), time.GetUtcNow());
        if (!await store.AddAsync(TokenHasher.Hash(key), tokenHash, now, now + IdleTimeout, http.RequestAborted))
        {
            return false;
        }

        cookies.Write(http, Cookie, key);
        return true;
    }

    /// <summary>Records activity of the user.</summary>
    public async ValueTask TouchAsync(PageSession session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - session.SeenAt > TouchInterval)
        {
            var (latest, idle) = (session.StartedAt + MaxLifetime, now + IdleTimeout);
            await store.RenewAsync(Convert.FromHexString(session.Id), now, latest < idle ? latest : idle, cancellationToken);
        }
    }

    /// <summary>Ends the session, here and everywhere.</summary>
    public async Task EndAsync(HttpContext http, PageSession session)
    {
        cookies.Remove(http, Cookie);
        await store.RemoveAsync(Convert.FromHexString(session.Id), CancellationToken.None);
        _alive.Invalidate(session.Id);
    }

    /// <inheritdoc />
    public void Dispose() => _alive.Dispose();
}
