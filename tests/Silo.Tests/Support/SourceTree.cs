namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>A file or folder, by its path from the root.</summary>
    public static string PathTo(string path) => Path.Combine(Root, path);

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Orleans.Hybrid.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no solution above the tests"));
}
