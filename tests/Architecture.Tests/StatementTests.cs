using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>The named statements of the two databases: each named once, used, and written once where both databases run the same.</summary>
public sealed partial class StatementTests
{
    private const string Stores = "silo/Stores";

    private static readonly string Code = string.Concat(
        SourceTree.Files("silo", "*.cs").SelectMany(SourceTree.Lines));

    [Fact]
    public void A_statement_is_written_once_where_both_databases_run_the_same()
    {
        var (postgres, sqlite) = (Read("Postgres/Sql"), Read("Sqlite/Sql"));

        Assert.DoesNotContain(postgres, statement => sqlite.Contains(statement));
    }

    [Theory]
    [InlineData("Postgres/Sql")]
    [InlineData("Sqlite/Sql")]
    public void A_statement_has_one_text(string folder)
    {
        var names = Read(folder).Concat(Read("Sql/Common")).Select(statement => statement.Name).ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct().Order(), names.Order());
    }

    [Fact]
    public void Every_statement_is_used()
    {
        var names = new[] { "Postgres/Sql", "Sqlite/Sql", "Sql/Common" }.SelectMany(Read).Select(statement => statement.Name).Distinct();

        Assert.DoesNotContain(names, name => !Code.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    private static List<(string Name, string Text)> Read(string folder) =>
    [
        .. SourceTree.Files($"{Stores}/{folder}", "*.sql")
            .SelectMany(file => NamePattern().Split(string.Join('\n', SourceTree.Lines(file))).Skip(1).Chunk(2))
            .Select(section => (section[0], section[1].Trim())),
    ];

    [GeneratedRegex(@"^-- name: (\w+)\n", RegexOptions.Multiline)]
    private static partial Regex NamePattern();
}
