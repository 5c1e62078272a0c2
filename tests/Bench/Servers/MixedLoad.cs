namespace OrleansHybrid.Bench.Servers;

/// <summary>Very many tasks of all kinds, by rows written straight into a silo's database: a month of a busy project.</summary>
internal static class MixedLoad
{
    /// <summary>How many labels there are, each equally often but the first, which hardly any task has.</summary>
    public const int Labels = 50;

    private const int RowsAtOnce = 20_000;

    private const string CopiedColumns =
        """
        project_id, lane, priority, schedule_id, spec, retry_count, original_id, payload
        """;

    /// <summary>
    /// Makes <paramref name="tasks"/> tasks in the lanes that have one, a second apart and the last one now. Of a hundred, ten wait, 85 are complete, two
    /// are errors, two timed out and one is cancelled.
    /// </summary>
    public static async Task FillAsync(TestBed bed, int tasks, DateTimeOffset now)
    {
        await using var store = await bed.OpenStoreAsync();
        var first = now.ToUnixTimeMilliseconds() - (1000L * tasks);
        var id = bed.IsPostgres
            ? "lpad(to_hex(at), 12, '0') || lpad(to_hex(n), 12, '0')"
            : "printf('%012x%012x', at, n)";
        for (var from = 1; from <= tasks; from += RowsAtOnce)
        {
            await using var command = store.CreateCommand();
            command.CommandTimeout = 600;
            command.CommandText =
                $"""
                WITH RECURSIVE series (n) AS (
                  SELECT {from} UNION ALL SELECT n + 1 FROM series WHERE n < {Math.Min(from + RowsAtOnce, tasks + 1) - 1}
                ), model AS (
                  SELECT m.*, ROW_NUMBER() OVER (ORDER BY m.id) - 1 AS place, COUNT(*) OVER () AS models
                  FROM tasks m
                  WHERE m.ready_key > 0
                ), task AS (
                  SELECT s.n, {first} + 1000 * CAST(s.n AS bigint) AS at, m.*
                  FROM series s
                  JOIN model m ON m.place = s.n % m.models
                )
                INSERT INTO tasks (id, ready_key, label, created_at, updated_at, phase, ended_at, {CopiedColumns})
                SELECT
                  {id}, -n, CASE WHEN n % 100000 = 7 THEN 'l0' ELSE 'l' || (1 + (n / 7) % {Labels - 1}) END, at, at,
                  CASE WHEN n % 100 < 10 THEN 0 WHEN n % 100 < 95 THEN 3 WHEN n % 100 < 97 THEN 4 WHEN n % 100 < 99 THEN 6 ELSE 5 END,
                  CASE WHEN n % 100 < 10 THEN NULL ELSE at END, {CopiedColumns}
                FROM task
                """;
            await command.ExecuteNonQueryAsync();
        }

        await using var finish = store.CreateCommand();
        finish.CommandText = "ANALYZE";
        await finish.ExecuteNonQueryAsync();
    }
}
