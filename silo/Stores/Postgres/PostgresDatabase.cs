using System.Data.Common;
using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>A PostgreSQL database, for any number of silos.</summary>
internal sealed class PostgresDatabase : IDatabase, IDatabaseInitializer, IDisposable
{
    private readonly EmbeddedSql _queries = EmbeddedSql.Postgres;
    private readonly PostgresPools _pools;

    public PostgresDatabase(string connectionString)
    {
        try
        {
            _pools = PostgresPools.Of(connectionString, _queries);
        }
        catch (ArgumentException ex)
        {
            // Its message names the word that is wrong, and no value.
            throw new InvalidOperationException($"the connection string of the database can't be read: {ex.Message}", ex);
        }
    }

    /// <summary>Where the hot statements go: their plans are fixed.</summary>
    public PostgresPool Tasks => _pools.Tasks;

    /// <summary>Where renewals go, and nothing else.</summary>
    public PostgresPool Renewals => _pools.Renewals;

    public string Description { get; private set; } = "PostgreSQL";

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            Description = await _pools.Main.OpenAsync(
                async connection =>
                {
                    await PostgresMigrations.ApplyAsync(connection, _queries, cancellationToken);
                    return $"PostgreSQL {connection.PostgreSqlVersion}";
                },
                cancellationToken);
        }
        catch (PostgresException ex)
        {
            throw new InvalidOperationException(
                $"this database can't be brought to this program's schema ({ex.MessageText}): is it another program's?", ex);
        }
    }

    public async Task<bool> IsInitializedAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("set_up", row => row.GetBoolean(0), cancellationToken))[0];

    public Task PingAsync(CancellationToken cancellationToken) => ReadAsync("ping", row => row.GetInt32(0), cancellationToken);

    public async Task CheckServerKeyAsync(byte[] fingerprint, CancellationToken cancellationToken)
    {
        var kept = await WriteAsync(
            "setting_keep", row => row.GetByteArray(0), cancellationToken, ("name", "server_key"), ("value", fingerprint));
        if (!kept[0].AsSpan().SequenceEqual(fingerprint))
        {
            throw new InvalidOperationException(
                "this database was written under another server key: start every silo with the key file that belongs to it.");
        }
    }

    public async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("now", row => row.GetTime(0), cancellationToken))[0];

    public Task<IReadOnlyList<T>> ReadAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        _pools.Main.RunAsync(session => session.QueryAsync(query, map, cancellationToken, values), cancellationToken);

    public Task<IReadOnlyList<T>> WriteAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        ReadAsync(query, map, cancellationToken, values);

    public void Dispose() => _pools.Dispose();
}
