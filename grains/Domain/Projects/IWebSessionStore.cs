namespace OrleansHybrid.Domain.Projects;

/// <summary>
/// The rows of web sessions: a cookie holds a key, a row its hash. Throws
/// <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface IWebSessionStore
{
    /// <summary>How many sessions a user has at most: with one more, the oldest ends.</summary>
    const int MaxPerUser = 100;

    /// <summary>Begins a session of the token's user, which ends with that token; false when there is no such token any more.</summary>
    Task<bool> AddAsync(
        byte[] keyHash, byte[] tokenHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>The session; null when there is none, or it is over by <paramref name="now"/>.</summary>
    Task<WebSession?> FindAsync(byte[] keyHash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Records activity of its user; does nothing for one that has ended.</summary>
    Task RenewAsync(byte[] keyHash, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Ends a session for good; false when there is none.</summary>
    Task<bool> RemoveAsync(byte[] keyHash, CancellationToken cancellationToken);

    /// <summary>Removes up to so many ended ones; returns how many.</summary>
    Task<int> PruneAsync(DateTimeOffset now, int maxCount, CancellationToken cancellationToken);
}
