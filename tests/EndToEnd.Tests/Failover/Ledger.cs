using System.Data.Common;

namespace Orleans.Hybrid.EndToEnd.Tests.Failover;

/// <summary>What the database tells of tasks, past all silos.</summary>
internal static class Ledger
{
    /// <summary>How often each task came to an end, whichever.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> EndsAsync(DbConnection database)
    {
        await using (database)
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = """
                SELECT task_id, count(*)
                FROM task_events
                WHERE kind IN ('complete', 'error', 'cancelled', 'timeout')
                GROUP BY task_id
                """;
            await using var rows = await command.ExecuteReaderAsync();
            var ends = new Dictionary<string, long>();
            while (await rows.ReadAsync())
            {
                ends.Add(rows.GetString(0), rows.GetInt64(1));
            }

            return ends;
        }
    }
}
