using Microsoft.Data.Sqlite;

namespace OrleansHybrid.Bench.Raw;

/// <summary>A SQLite file with the product's schema, opened with the product's own settings; it has one writer.</summary>
internal sealed class SqliteRawStore : IRawStore
{
    private readonly string _file;

    public SqliteRawStore(string file)
    {
        _file = file;
        SQLitePCL.Batteries_V2.Init();
        using var connection = Open();
        foreach (var migration in RawTasks.Migrations("Sqlite"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = migration;
            command.ExecuteNonQuery();
        }
    }

    public int Clients => 1;

    public IRawClient Connect() => new SqliteRawClient(Open());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SqliteConnection Open()
    {
        var address = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false };
        var connection = new SqliteConnection(address.ToString());
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA busy_timeout = 5000;
            PRAGMA foreign_keys = ON;
            PRAGMA wal_autocheckpoint = 4000;
            """;
        settings.ExecuteNonQuery();
        return connection;
    }
}
