namespace OrleansHybrid.Architecture.Tests;

/// <summary>The two databases keep pace: the same migrations, and none without its twin.</summary>
public sealed class MigrationParityTests
{
    [Fact]
    public void Both_databases_have_the_same_migrations()
    {
        var sqlite = Names("silo/Stores/Sqlite/Migrations");

        Assert.NotEmpty(sqlite);
        Assert.Equal(sqlite, Names("silo/Stores/Postgres/Migrations"));
    }

    private static string[] Names(string folder) =>
        [.. SourceTree.Files(folder, "*.sql").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
