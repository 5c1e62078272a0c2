using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Connections for one kind of work; what is wrong with the database leaves here as the stores promise it.</summary>
internal sealed class PostgresPool(NpgsqlDataSource source, SqlFiles queries, Action broken) : IDisposable
{
    /// <summary>Runs statements, each of them a transaction of its own.</summary>
    public Task<T> RunAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancel) => OpenAsync(
        connection => work(new PostgresSession(connection, queries, inTransaction: false)), cancel);

    /// <summary>Runs statements in one transaction.</summary>
    public Task<T> TransactAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancel) => OpenAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var result = await work(new PostgresSession(connection, queries, inTransaction: true));
            await transaction.CommitAsync(cancel);
            return result;
        },
        cancel);

    /// <summary>Runs on a connection of this pool.</summary>
    public async Task<T> OpenAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            return await work(connection);
        }
        catch (Exception trouble) when (PostgresTrouble.IsOutside(trouble))
        {
            if (PostgresTrouble.IsBroken(trouble))
            {
                broken();
            }

            throw PostgresTrouble.Away(trouble);
        }
    }

    public void Dispose() => source.Dispose();
}
