using System.Globalization;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Brings a file to this program's schema, in the transaction of the piece that calls it.</summary>
internal static class SqliteMigrations
{
    /// <summary>The number of the newest migration that this program knows.</summary>
    public static int Newest { get; } = EmbeddedSql.Sqlite.Migrations[^1].Number;

    /// <summary>What is said of a file that a newer program has written.</summary>
    public static InvalidOperationException Newer(string file, int version) => new(
        $"{file} has schema {version}, this program knows {Newest}: start the newer program.");

    /// <summary>Applies what is missing; returns the number of the newest migration.</summary>
    public static int Apply(SqliteSession session, EmbeddedSql queries, string file)
    {
        var migrations = queries.Migrations;
        var version = session.Query("schema_version", row => row.GetInt32(0))[0];
        if (version > migrations[^1].Number)
        {
            throw Newer(file, version);
        }

        foreach (var migration in migrations.Where(migration => migration.Number > version))
        {
            session.Run(migration.Text);
            session.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Number}"));
        }

        return migrations[^1].Number;
    }
}
