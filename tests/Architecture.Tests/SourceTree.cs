namespace OrleansHybrid.Architecture.Tests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class SourceTree
{
    private static readonly string[] Roots = ["grains", "silo", "client", "tests"];

    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>All files below a folder, as paths from the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts"));

    /// <summary>All C# of the product and its tests.</summary>
    public static IEnumerable<string> Sources() => Roots.SelectMany(room => Files(room, "*.cs"));

    /// <summary>A file's lines.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Orleans.Hybrid.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no solution above the tests"));
}
