using System.Data.Common;

namespace OrleansHybrid.Stores;

/// <summary>
/// What the plain stores need of a database: named statements with named parameters. Several statements under one name
/// are one transaction. Throws <see cref="Domain.Decisions.StoreUnavailableException"/> when the database is unavailable.
/// </summary>
internal interface IDatabase
{
    /// <summary>Runs a query that only reads.</summary>
    Task<IReadOnlyList<T>> ReadAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values);

    /// <summary>Runs a query that writes, and reads the rows that it returns.</summary>
    Task<IReadOnlyList<T>> WriteAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values);

    /// <summary>The database's clock.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);
}
