namespace OrleansHybrid.Bench.Servers;

/// <summary>Programs of this solution, as the build that made this one left them beside it.</summary>
internal static class BuiltProgram
{
    /// <summary>The program of a project, in the configuration of this one.</summary>
    public static string PathOf(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        "..",
        "..",
        project,
        new DirectoryInfo(AppContext.BaseDirectory).Name,
        $"OrleansHybrid.{project}.dll"));
}
