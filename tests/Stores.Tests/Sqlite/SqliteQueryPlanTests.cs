using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Sqlite;

/// <summary>The hot statements look tasks up by key: one that walked all of them would hold up the one writer, and all who wait.</summary>
public sealed class SqliteQueryPlanTests(SqliteFixture stores) : StoreTestBase(stores), IClassFixture<SqliteFixture>
{
    private static readonly string[] Hot =
    [
        "claimed", "code_cancel", "code_cancel_next", "code_counts", "due", "due_next", "head_rows", "lapsed", "lease_drop",
        "log_end", "orders", "payload", "ready_take", "renew", "schedule_next", "schedule_payload", "schedule_runs", "schedule_state",
        "schedules_due", "states", "task_end", "task_find", "task_page", "task_page_label", "task_page_lane", "task_page_leased",
        "task_rows", "waiting", "waiting_of_code",
    ];

    [StoreFact]
    public async Task Only_leases_lanes_and_the_ids_of_the_call_are_walked_from_end_to_end()
    {
        await using var connection = new SqliteConnection($"Data Source={stores.File};Pooling=False");
        await connection.OpenAsync();

        var walks = Hot.SelectMany(query => Plan(connection, query).Select(step => $"{query}: {Place(step)}"))
            .Where(step => step.Contains("SCAN ", StringComparison.Ordinal) && !step.EndsWith("CONSTANT", StringComparison.Ordinal));

        // Beside these: a newest task, the names of phases, and those of priorities.
        Assert.Equal(
            [
                "code_cancel: SCAN newest", "code_counts: SCAN f", "lapsed: SCAN l", "orders: SCAN i", "states: SCAN i",
                "task_rows: SCAN i", "waiting: SCAN l", "waiting: SCAN p", "waiting_of_code: SCAN p",
            ],
            walks);
    }

    /// <summary>The table that a step reads, and how, without the index that it takes.</summary>
    private static string Place(string step) => string.Join(' ', step.Split(' ').Take(2));

    private static List<string> Plan(SqliteConnection connection, string query)
    {
        using var explain = connection.CreateCommand();
        explain.CommandText = $"EXPLAIN QUERY PLAN {EmbeddedSql.Sqlite[query]}";
        foreach (var name in Parameters(explain.CommandText))
        {
            explain.Parameters.AddWithValue(name, 1);
        }

        using var rows = explain.ExecuteReader();
        var steps = new List<string>();
        while (rows.Read())
        {
            steps.Add(rows.GetString(3));
        }

        return steps;
    }

    private static IEnumerable<string> Parameters(string sql) =>
        Regex.Matches(sql, "@[a-z_]+").Select(match => match.Value).Distinct();
}
