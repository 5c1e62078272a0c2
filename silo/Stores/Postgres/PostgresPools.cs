using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// The three pools of a silo. The hot statements have plans that no statistics can flip; renewals go their own way, so that
/// leases survive when all else is stuck.
/// </summary>
internal sealed record PostgresPools(PostgresPool Main, PostgresPool Tasks, PostgresPool Renewals) : IDisposable
{
    /// <summary>
    /// A table that is empty now holds millions of rows later: every scan goes by index, in index order, prepared once. A client that stops
    /// responding within a transaction loses it, and with it the row locks.
    /// </summary>
    private const string FixedPlans =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_mergejoin=off -c enable_memoize=off -c jit=off"
        + " -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan"
        + " -c idle_in_transaction_session_timeout=10s";

    /// <summary>Makes the pools; nothing is connected yet.</summary>
    public static PostgresPools Of(string connectionString, EmbeddedSql queries)
    {
        NpgsqlDataSource[] sources =
        [
            Source(connectionString, maxPoolSize: 12, seconds: 15),
            Source(connectionString, maxPoolSize: 10, seconds: 15, FixedPlans),
            Source(connectionString, maxPoolSize: 2, seconds: 5, FixedPlans),
        ];
        // Where one connection broke, the idle ones are likely dead as well: better to reconnect than to fail once for each.
        var pools = Array.ConvertAll(
            sources, source => new PostgresPool(source, queries, () => Array.ForEach(sources, each => each.Clear())));
        return new PostgresPools(pools[0], pools[1], pools[2]);
    }

    public void Dispose()
    {
        Main.Dispose();
        Tasks.Dispose();
        Renewals.Dispose();
    }

    private static NpgsqlDataSource Source(string connectionString, int maxPoolSize, int seconds, string? plans = null)
    {
        var asked = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = maxPoolSize,
            Timeout = 5,
            CommandTimeout = seconds,
            CancellationTimeout = 1000,
            // No code changes a connection's settings: there is nothing to reset.
            NoResetOnClose = true,
            Enlist = false,
            ApplicationName = asked.ApplicationName ?? "hybrid silo",
            Options = string.Join(' ', new[] { asked.Options, plans }.Where(part => part is not null)),
            MaxAutoPrepare = plans is null ? 0 : 32,
            AutoPrepareMinUsages = 2,
        };
        // The name is what metrics call it by; without one that would be the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "hybrid" }.Build();
    }
}
