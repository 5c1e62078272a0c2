using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>Every value of every row in a silo's database.</summary>
internal static class DatabaseDump
{
    /// <summary>Tells what is in there.</summary>
    public static async Task ReadAsync(StoreOptions options, OutputRecorder recorder)
    {
        if (options.Database is { } connection)
        {
            await using var postgres = NpgsqlDataSource.Create(connection);
            await ReadAsync(
                () => postgres.OpenConnectionAsync(), "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", recorder);
            return;
        }

        await ReadAsync(
            async () =>
            {
                var sqlite = new SqliteConnection($"Data Source={options.SqliteFile};Mode=ReadOnly");
                await sqlite.OpenAsync();
                return sqlite;
            },
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            recorder);
    }

    private static async Task ReadAsync<T>(Func<ValueTask<T>> open, string tables, OutputRecorder recorder)
        where T : System.Data.Common.DbConnection
    {
        await using var connection = await open();
        var names = new List<string>();
        await EachAsync(connection, tables, value => names.Add((string)value));
        Assert.Contains("launch_audit", names);
        foreach (var name in names)
        {
            await EachAsync(connection, $"SELECT * FROM \"{name}\"", value =>
            {
                if (value is byte[] bytes)
                {
                    recorder.Add("database", bytes);
                }
                else
                {
                    recorder.Add("database", $"{value}");
                }
            });
        }
    }

    private static async Task EachAsync(System.Data.Common.DbConnection connection, string query, Action<object> take)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            for (var i = 0; i < rows.FieldCount; i++)
            {
                take(rows.GetValue(i));
            }
        }
    }
}
