namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Tree
{
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>A file or folder, by its path from the root.</summary>
    public static string At(string path) => Path.Combine(Root, path);

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "Orleans.Hybrid.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no solution above the tests"));
}
