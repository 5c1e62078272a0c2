namespace OrleansHybrid.Stores;

/// <summary>Prepares a database for use, and describes it.</summary>
public interface IDatabaseInitializer
{
    /// <summary>The store as text: <c>SQLite</c>, <c>PostgreSQL 15.18</c>.</summary>
    string Description { get; }

    /// <summary>Applies the migrations that the database lacks; rejects one that is newer than this program, or from before its first release.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>True once migrations were applied to it, by whichever version; it changes nothing.</summary>
    Task<bool> IsInitializedAsync(CancellationToken cancellationToken);

    /// <summary>Pings the database; throws <see cref="Domain.Decisions.StoreUnavailableException"/> when it does not respond.</summary>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the server key's fingerprint with the first start and compares it from then on; throws
    /// <see cref="InvalidOperationException"/> when this is another key.
    /// </summary>
    Task CheckServerKeyAsync(byte[] fingerprint, CancellationToken cancellationToken);
}
