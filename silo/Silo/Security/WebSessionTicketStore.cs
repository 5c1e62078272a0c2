using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// The sessions of the web page as rows that all silos share. The cookie carries a random key, of which the row has the hash; a
/// session whose row is deleted, by signing out or with its token, ends on every silo.
/// </summary>
internal sealed class WebSessionTicketStore(IWebSessionStore store, TimeProvider time) : ITicketStore, IDisposable
{
    /// <summary>How long a session lasts, whatever happens.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(12);

    /// <summary>How long it lasts without a request.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(2);

    private const string TokenHash = "token hash";
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(5);

    // For pollers; a page asks the database.
    private readonly ExpiringCache<string, WebSession> _alive = new(
        time, TimeSpan.FromSeconds(5), (id, cancellationToken) => store.FindAsync(Convert.FromHexString(id), time.GetUtcNow(), cancellationToken));

    /// <summary>The properties of a new session: the token that it ends with.</summary>
    public static AuthenticationProperties PropertiesFor(byte[] tokenHash) =>
        new(items: null, new Dictionary<string, object?> { [TokenHash] = tokenHash });

    /// <summary>The session of a ticket that came from here.</summary>
    public static WebSession SessionOf(AuthenticationProperties properties) => properties.GetParameter<WebSession>(nameof(WebSession))!;

    /// <summary>Begins a session; throws <see cref="AuthenticationFailureException"/> when its token was revoked just now.</summary>
    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var (key, now, token) = (TokenHasher.NewToken(), time.GetUtcNow(), ticket.Properties.GetParameter<byte[]>(TokenHash)!);
        return await store.AddAsync(TokenHasher.Hash(key), token, now, now + IdleTimeout, CancellationToken.None)
            ? key
            : throw new AuthenticationFailureException("The token opens nothing any more.");
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var found = await store.FindAsync(TokenHasher.Hash(key), time.GetUtcNow(), CancellationToken.None);
        return found is null ? null : new AuthenticationTicket(
            RequestCredentials.PrincipalOf(found.User, PageAuthentication.Scheme),
            new AuthenticationProperties(items: null, new Dictionary<string, object?> { [nameof(WebSession)] = found }),
            PageAuthentication.Scheme);
    }

    /// <summary>Never asked for: <see cref="TouchAsync"/> renews, and whoever signs in gets a new key.</summary>
    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        throw new InvalidOperationException("A session of the web page keeps neither its key nor its ticket.");

    /// <summary>Ends a session, here and everywhere.</summary>
    public async Task RemoveAsync(string key)
    {
        var hash = TokenHasher.Hash(key);
        await store.RemoveAsync(hash, CancellationToken.None);
        _alive.Invalidate(Convert.ToHexString(hash));
    }

    /// <summary>
    /// True while a session has not ended: for streams, which outlive the authorization of their request. Cheap enough for each poll; what
    /// ended on another silo is found out within five seconds.
    /// </summary>
    public async ValueTask<bool> IsAliveAsync(WebSession session, CancellationToken cancellationToken) =>
        await _alive.FindAsync(session.Id, cancellationToken) is { } found && found.ExpiresAt > time.GetUtcNow();

    /// <summary>Records activity of the user.</summary>
    public async ValueTask TouchAsync(WebSession session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - session.SeenAt > TouchInterval)
        {
            var (latest, idle) = (session.CreatedAt + MaxLifetime, now + IdleTimeout);
            await store.RenewAsync(session.KeyHash, now, latest < idle ? latest : idle, cancellationToken);
        }
    }

    public void Dispose() => _alive.Dispose();
}
