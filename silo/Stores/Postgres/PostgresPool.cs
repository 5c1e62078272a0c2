using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Connections for one kind of work; what is wrong with the database leaves here as the stores promise it.</summary>
internal sealed class PostgresPool(NpgsqlDataSource source, EmbeddedSql queries, Action onBroken) : IDisposable
{
    /// <summary>Runs statements, each of them a transaction of its own.</summary>
    public Task<T> RunAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken) => OpenAsync(
        connection => work(new PostgresSession(connection, queries, inTransaction: false)), cancellationToken);

    /// <summary>Runs statements in one transaction.</summary>
    public Task<T> TransactAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken) => OpenAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(new PostgresSession(connection, queries, inTransaction: true));
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    /// <summary>Runs on a connection of this pool.</summary>
    public async Task<T> OpenAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception ex) when (PostgresErrors.IsTransient(ex))
        {
            if (PostgresErrors.IsConnectionLost(ex))
            {
                onBroken();
            }

            throw PostgresErrors.Unavailable(ex);
        }
    }

    public void Dispose() => source.Dispose();
}
