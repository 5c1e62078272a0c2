using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Bench.Servers;

/// <summary>Lets very many tasks wait, by rows written straight into a silo's database: older than all that is queued later.</summary>
internal static class BulkLoad
{
    private const int RowsAtOnce = 20_000;

    private const string CopiedColumns =
        """
        project_id, lane, priority, label, schedule_id, spec, retry_count, original_id, created_at, updated_at, payload
        """;

    /// <summary>Makes a cluster in which <paramref name="tasks"/> tasks wait, one of them queued as usual.</summary>
    public static async Task<BenchCluster> FillAsync(TestBed bed, int tasks)
    {
        await using var store = await bed.OpenStoreAsync();
        if (bed.IsPostgres)
        {
            // SQLite gives out keys far above these from the start.
            await RunAsync($"SELECT setval('ready_keys', {tasks})");
        }

        var cluster = await bed.Silo.NewClusterAsync("filled");
        using (var queue = await Load.QueueLoad.OpenAsync(bed.Silo, cluster, connections: 1, tasks: 1))
        {
            await queue.SendAsync();
        }

        var id = bed.IsPostgres ? "lpad(to_hex(n), 24, '0')" : "printf('%024x', n)";
        for (var first = 1; first < tasks; first += RowsAtOnce)
        {
            var series =
                $"""
                WITH RECURSIVE series (n) AS (
                  SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {Math.Min(first + RowsAtOnce, tasks) - 1}
                ), model AS (
                  SELECT * FROM tasks WHERE lane IN (SELECT l.id FROM lanes l WHERE l.cluster_id = '{cluster.Id}') ORDER BY id DESC LIMIT 1
                )
                """;
            await RunAsync($"{series} INSERT INTO tasks (id, ready_key, {CopiedColumns}) SELECT {id}, n, {CopiedColumns} FROM series, model");
            await RunAsync(
                $"""
                {series}
                INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
                SELECT lane, priority, n, {id}, 0, 0, {LeasePolicy.DefaultLeaseSeconds} FROM series, model
                """);
        }

        if (bed.IsPostgres)
        {
            await RunAsync("VACUUM ANALYZE");
            await RunAsync("CHECKPOINT");
        }

        return cluster;

        async Task RunAsync(string sql)
        {
            await using var command = store.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 600;
            await command.ExecuteNonQueryAsync();
        }
    }
}
