using System.Text;
using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Zips;

/// <summary>The paths of a zip's entries, which say where in the task's folder they go, and never anywhere else.</summary>
internal static class ZipPath
{
    private const int LongestPath = 1024;
    private const int LongestName = 255;

    /// <summary>The path in its one form, without a slash at its end; empty for the folder itself. Throws when it leads out.</summary>
    public static string Of(string name)
    {
        if (name.Length is 0 or > LongestPath || name[0] == '/' || name.Any(c => c is '\\' or ':' || char.IsControl(c)))
        {
            throw BadZip.Because("the path of an entry is none, or leads out of the folder", name);
        }

        var parts = name.Split('/').Where(part => part is not ("" or ".")).ToList();
        if (parts.Any(part => part == ".." || Encoding.UTF8.GetByteCount(part) > LongestName))
        {
            throw BadZip.Because("the path of an entry leads out of the folder, or has too long a name in it", name);
        }

        return parts is [var first, ..] && first.Equals(TaskPlace.Own, StringComparison.OrdinalIgnoreCase)
            ? throw BadZip.Because($"{TaskPlace.Own} is where the runner's own files go", name)
            : string.Join('/', parts);
    }

    /// <summary>The folders above a path, from the top down.</summary>
    public static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }
}
