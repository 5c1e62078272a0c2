using System.Text;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>The paths of a zip's entries, which say where in the task's folder they go, and never anywhere else.</summary>
internal static class EntryPath
{
    /// <summary>Most characters of a path.</summary>
    public const int MaxLength = 1024;

    private const int MaxNameBytes = 255;

    /// <summary>The path in its one form, without a slash at its end; empty for the folder itself. Throws when it leads out.</summary>
    /// <param name="name">The entry's name as it is written.</param>
    /// <param name="separatesByBackslash">See <see cref="NormalizeSeparators"/>.</param>
    /// <param name="createError">Makes what is thrown.</param>
    public static string Normalize(string name, bool separatesByBackslash, ArchiveErrorFactory createError)
    {
        if (name.Length is 0 or > MaxLength)
        {
            throw createError.ForEntry(name, $"the path of an entry is empty, or longer than {MaxLength} characters");
        }

        if (name.Any(char.IsControl))
        {
            throw createError.ForEntry(name, "the path of an entry has a control character in it");
        }

        // Also where only a reader that takes every \ for a separator would leave the folder.
        if (IsRooted(name) || name.Split('/', '\\').Contains(".."))
        {
            throw createError.ForEntry(name, "the path of an entry leads out of the folder");
        }

        var parts = Segments(NormalizeSeparators(name, separatesByBackslash)).ToList();
        if (parts.Exists(part => Encoding.UTF8.GetByteCount(part) > MaxNameBytes))
        {
            throw createError.ForEntry(name, $"the path of an entry has a name of more than {MaxNameBytes} bytes in it");
        }

        return parts is [var first, ..] && first.Equals(CodeArchive.ReservedFolder, StringComparison.OrdinalIgnoreCase)
            ? throw createError.ForEntry(name, $"{CodeArchive.ReservedFolder} is where the runner's own files go")
            : string.Join('/', parts);
    }

    /// <summary>
    /// A name with its separators as Info-ZIP's unzip reads them: in a zip made on DOS or Windows <c>\</c> is one, as long as there is no
    /// <c>/</c> in the name; else it is a character like any other.
    /// </summary>
    public static string NormalizeSeparators(string name, bool separatesByBackslash) =>
        separatesByBackslash && !name.Contains('/', StringComparison.Ordinal) ? name.Replace('\\', '/') : name;

    /// <summary>The names that a path consists of, without those that mean the folder itself.</summary>
    public static IEnumerable<string> Segments(string path) => path.Split('/').Where(part => part is not ("" or "."));

    /// <summary>The folders above a path, from the top down.</summary>
    public static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    // ':' is a character like any other, but for a drive at the very start.
    private static bool IsRooted(string name) =>
        name[0] is '/' or '\\' || (name.Length > 2 && name[1] == ':' && name[2] is '/' or '\\' && char.IsAsciiLetter(name[0]));
}
