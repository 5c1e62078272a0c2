using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Brings a database to this program's schema, in one transaction, one silo after the other.</summary>
internal static class PostgresMigrations
{
    /// <summary>Any number, as long as all silos agree on it.</summary>
    private const long Lock = 0x6879_6272_6964;

    /// <summary>A migration may rewrite a table of millions of rows, or wait for another silo that does.</summary>
    private const int TimeoutSeconds = 3600;

    /// <summary>Applies what is missing; rejects a database that is newer than this program, or from before its first release.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, EmbeddedSql queries, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        var session = new PostgresSession(connection, queries, inTransaction: true);
        if ((await session.QueryAsync("pre_release", row => row.GetBoolean(0), cancellationToken))[0])
        {
            throw new InvalidOperationException(
                $"the database {connection.Database} was written before 0.1.0 and can't be read any more: give this program a new one.");
        }

        await RunAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken);
        var version = (await session.QueryAsync("schema_version", row => row.GetInt32(0), cancellationToken))[0];
        var migrations = queries.Migrations;
        if (version > migrations[^1].Number)
        {
            throw new InvalidOperationException(
                $"{connection.Database} has schema {version}, this program knows {migrations[^1].Number}: start the newer program.");
        }

        foreach (var migration in migrations.Where(migration => migration.Number > version))
        {
            await RunAsync(connection, migration.Text, cancellationToken);
            await session.QueryAsync("migration_add", row => row.FieldCount, cancellationToken, ("number", migration.Number));
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
