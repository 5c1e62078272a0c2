using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansHybrid.Domain.History;

namespace OrleansHybrid.Stores.History;

/// <summary>Opens the history of a database for reading, also beside the servers that write it.</summary>
public static class HistoryStoreFactory
{
    /// <summary>The history in a SQLite file, which is opened for reading only and without the lock of the process that writes.</summary>
    public static IHistoryStore CreateSqlite(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        return new HistoryStore(() => new SqliteConnection(settings.ConnectionString), EmbeddedSql.Sqlite["history"]);
    }

    /// <summary>The history in a PostgreSQL database, read within a session that can't write.</summary>
    public static IHistoryStore CreatePostgres(string connectionString)
    {
        var asked = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            ApplicationName = "hybrid history",
            // In the order of indexes from the first row on, instead of after a sort of all of them.
            Options = $"{asked.Options} -c default_transaction_read_only=on -c enable_sort=off -c jit=off".TrimStart(),
        };
        return new HistoryStore(() => new NpgsqlConnection(settings.ConnectionString), EmbeddedSql.Postgres["history"]);
    }
}
