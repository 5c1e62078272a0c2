namespace OrleansHybrid.Stores;

/// <summary>Makes a database ready for use, and says what it is.</summary>
public interface IDatabaseInitializer
{
    /// <summary>The store in words, for people: <c>SQLite</c>, <c>PostgreSQL 15.18</c>.</summary>
    string Description { get; }

    /// <summary>Applies the migrations that the database lacks; refuses one that is newer than this program.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>True once migrations were applied to it, by whichever version; it changes nothing.</summary>
    Task<bool> IsInitializedAsync(CancellationToken cancellationToken);

    /// <summary>Asks the database for a sign of life; throws <see cref="Domain.Decisions.StoreUnavailableException"/> when there is none.</summary>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the server key's fingerprint with the first start and compares it from then on; throws
    /// <see cref="InvalidOperationException"/> when this is another key.
    /// </summary>
    Task CheckServerKeyAsync(byte[] fingerprint, CancellationToken cancellationToken);
}
