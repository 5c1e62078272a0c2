using System.Reflection;

namespace OrleansHybrid.Stores;

/// <summary>
/// The SQL of one kind of database. Each statement follows a line <c>-- name: statement</c> in the file of its table; statements that are the
/// same in both kinds stand in <c>Sql/Common</c>.
/// </summary>
/// <param name="dialect">The folder of the database: <c>Postgres</c> or <c>Sqlite</c>.</param>
internal sealed class EmbeddedSql(string dialect)
{
    private const string NameMarker = "-- name: ";

    private static readonly Assembly ResourceAssembly = typeof(EmbeddedSql).Assembly;

    private readonly Dictionary<string, string> _statements =
        new[] { "Sql/Common/", $"{dialect}/Sql/" }.SelectMany(LoadAll).SelectMany(file => Split(file.Text)).ToDictionary();

    /// <summary>The names of all statements.</summary>
    public IReadOnlyCollection<string> Names => _statements.Keys;

    /// <summary>The text of a statement.</summary>
    public string this[string name] => _statements.TryGetValue(name, out var text)
        ? text
        : throw new InvalidOperationException($"there is no statement {name} for {dialect} in {ResourceAssembly.GetName().Name}");

    /// <summary>The migrations in order: number, name and text.</summary>
    public IReadOnlyList<(int Number, string Name, string Text)> Migrations =>
        [.. LoadAll($"{dialect}/Migrations/").Select(file => (int.Parse(file.Name[..3], null), file.Name, file.Text))];

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
