using Npgsql;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>
/// On this engine grains know of no other process, so only one control plane may work on a database: the first takes a lock
/// there, which ends with its connection, and another one doesn't start.
/// </summary>
internal sealed class LocalOnlySilo(ControlPlaneOptions options) : IHostedService, IAsyncDisposable
{
    /// <summary>Any number, as long as no other lock has it.</summary>
    private const long Lock = 0x6c6f_6361_6c;

    private readonly NpgsqlConnection _connection = new(new NpgsqlConnectionStringBuilder(options.Database)
    {
        Pooling = false,
        KeepAlive = 10,
        ApplicationName = "hybrid silo, the only one",
    }.ConnectionString);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.OpenAsync(cancellationToken);

            // The patience is for one that is just ending.
            await using var take = new NpgsqlCommand($"SET lock_timeout = '5s'; SELECT pg_advisory_lock({Lock})", _connection);
            await take.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new InvalidOperationException(
                "another control plane works on this database: the Local engine has one process only. Stop the other one, "
                + "or build with -p:GrainEngine=Orleans to run several.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
