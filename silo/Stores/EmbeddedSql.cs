using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansHybrid.Stores;

/// <summary>The SQL of one kind of database: one embedded file a query.</summary>
internal sealed class EmbeddedSql(string dialect)
{
    private static readonly Assembly ResourceAssembly = typeof(EmbeddedSql).Assembly;
    private readonly ConcurrentDictionary<string, string> _queries = new();

    /// <summary>The text of a query, by its file name without ending.</summary>
    public string this[string query] => _queries.GetOrAdd(query, name => Load($"{dialect}/Sql/{name}.sql"));

    /// <summary>The migrations in order: number, name and text.</summary>
    public IReadOnlyList<(int Number, string Name, string Text)> Migrations =>
    [
        .. ResourceAssembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{dialect}/Migrations/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => (File: Path.GetFileNameWithoutExtension(path), Text: Load(path)))
            .Select(found => (int.Parse(found.File[..3], null), found.File, found.Text)),
    ];

    private static string Load(string path)
    {
        using var stream = ResourceAssembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"the query {path} is not in {ResourceAssembly.GetName().Name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
