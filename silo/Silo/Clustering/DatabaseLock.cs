using Npgsql;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Keeps a silo that is to be the only one on its database apart from all others: each silo holds an advisory lock there, shared among those
/// that have an address for each other, exclusive without one.
/// </summary>
internal sealed partial class DatabaseLock(
    StoreOptions options, ClusteringOptions clustering, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DatabaseLock> log) : BackgroundService
{
    /// <summary>Any number, as long as no other lock has it.</summary>
    private const long LockKey = 0x6c6f_6361_6c;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private NpgsqlConnection? _connection;

    private bool IsShared => clustering.Silo is not null;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryTakeAsync(cancellationToken))
        {
            throw new InvalidOperationException(IsShared
                ? "another control plane has this database for itself: stop it, or start it with --silo HOST:PORT:PORT, too."
                : "another control plane works on this database: stop it, or give each of them --silo HOST:PORT:PORT to run several.");
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(CheckInterval, time);
        while (await looks.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                // The lock ends with its connection, as when the database is started again.
                if (!await IsHeldAsync(cancellationToken) && !await TryTakeAsync(cancellationToken))
                {
                    Lost();
                    lifetime.StopApplication();
                    return;
                }
            }
            catch (NpgsqlException ex) when (ex.IsTransient || ex.SqlState is null)
            {
                CheckFailed(ex.Message);
            }
        }
    }

    private async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var look = new NpgsqlCommand("SELECT 1", _connection);
            await look.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.Database)
        {
            Pooling = false,
            KeepAlive = 10,
            ApplicationName = "hybrid silo",
        }.ConnectionString);
        await _connection.OpenAsync(cancellationToken);
        try
        {
            // The patience is for one that is just ending.
            var take = $"SET lock_timeout = '5s'; SELECT pg_advisory_lock{(IsShared ? "_shared" : "")}({LockKey})";
            await using var command = new NpgsqlCommand(take, _connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "Database lock lost: another control plane uses this database; stopping")]
    private partial void Lost();

    [LoggerMessage(2, LogLevel.Warning, "Could not check the database lock, will retry: {Reason}")]
    private partial void CheckFailed(string reason);
}
