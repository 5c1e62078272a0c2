using System.Reflection;

namespace OrleansHybrid.Stores;

/// <summary>
/// The SQL of one kind of database. Each statement follows a line <c>-- name: statement</c> in the file of its table; statements that are the
/// same in both kinds stand in <c>Sql/Common</c>.
/// </summary>
internal sealed class EmbeddedSql
{
    private const string NameMarker = "-- name: ";

    private static readonly Assembly ResourceAssembly = typeof(EmbeddedSql).Assembly;

    private static readonly Lazy<EmbeddedSql> OfPostgres = new(() => new EmbeddedSql("Postgres"));
    private static readonly Lazy<EmbeddedSql> OfSqlite = new(() => new EmbeddedSql("Sqlite"));

    private readonly string _dialect;
    private readonly Dictionary<string, string> _statements;

    private EmbeddedSql(string dialect)
    {
        _dialect = dialect;
        _statements = new[] { "Sql/Common/", $"{dialect}/Sql/" }.SelectMany(LoadAll).SelectMany(file => Split(file.Text)).ToDictionary();
        Migrations = [.. LoadAll($"{dialect}/Migrations/").Select(file => (int.Parse(file.Name[..3], null), file.Name, file.Text))];
    }

    /// <summary>The SQL of PostgreSQL.</summary>
    public static EmbeddedSql Postgres => OfPostgres.Value;

    /// <summary>The SQL of SQLite.</summary>
    public static EmbeddedSql Sqlite => OfSqlite.Value;

    /// <summary>The text of a statement.</summary>
    public string this[string name] => _statements.TryGetValue(name, out var text)
        ? text
        : throw new InvalidOperationException($"there is no statement {name} for {_dialect} in {ResourceAssembly.GetName().Name}");

    /// <summary>The migrations in order: number, name and text.</summary>
    public IReadOnlyList<(int Number, string Name, string Text)> Migrations { get; }

    private static IEnumerable<(string Name, string Text)> LoadAll(string folder) => ResourceAssembly.GetManifestResourceNames()
        .Where(path => path.StartsWith(folder, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path => (Path.GetFileNameWithoutExtension(path), Load(path)));

    private static IEnumerable<KeyValuePair<string, string>> Split(string file)
    {
        // What stands before the first name is a comment on the file.
        foreach (var section in $"\n{file}".Split($"\n{NameMarker}").Skip(1))
        {
            var end = section.IndexOf('\n');
            yield return KeyValuePair.Create(section[..end].Trim(), section[(end + 1)..].Trim());
        }
    }

    private static string Load(string path)
    {
        using var stream = ResourceAssembly.GetManifestResourceStream(path)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
