using OrleansHybrid.Primitives.Archives;

namespace OrleansHybrid.Primitives.Codes;

/// <summary>How the program of a code package with a zip is started, and why it can't be.</summary>
public static class StartCommandLine
{
    /// <summary>The runtimes by which a file can be started, for people.</summary>
    public const string Runtimes = "sh, bash, ruby, python, node, php, perl, mono, java, go, binary";

    /// <summary>True when a package starts a file of its zip, and no command.</summary>
    public static bool StartsFile(string command, string fileName) => string.IsNullOrWhiteSpace(command) && fileName is { Length: > 0 };

    /// <summary>The program and its arguments that start a file by its runtime; null for an unknown runtime.</summary>
    public static IReadOnlyList<string>? ForFile(string runtime, string fileName)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(fileName);
        return runtime.ToLowerInvariant() switch
        {
            "sh" or "bash" or "ruby" or "python" or "node" or "php" or "perl" or "mono" => [runtime.ToLowerInvariant(), fileName],
            "java" when fileName.EndsWith(".class", StringComparison.Ordinal) => ["java", "-cp", ".", fileName[..^".class".Length]],
            "java" => ["java", "-jar", fileName],
            "go" or "binary" or "" => [$"./{fileName}"],
            _ => null,
        };
    }

    /// <summary>
    /// Why no task of a package could start, beginning with the field that is wrong; null when it can.
    /// </summary>
    /// <param name="archive">The content of its zip.</param>
    /// <param name="command">Its command as it is written.</param>
    /// <param name="words">The words of that command.</param>
    /// <param name="runtime">The language that starts its file.</param>
    /// <param name="fileName">The file that is started when there is no command.</param>
    public static string? FindProblem(
        CodeArchive archive, string command, IReadOnlyList<string> words, string runtime, string fileName)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(words);
        if (StartsFile(command, fileName))
        {
            return ForFile(runtime, fileName) is null ? UnknownRuntimeMessage(runtime, fileName)
                : archive.Find(fileName) is null ? $"file_name: the file that is to be started, {EntryErrors.Quote(fileName)}, is not in the zip"
                : null;
        }

        return words is [var program, ..] && program.Contains('/', StringComparison.Ordinal) && archive.Find(program) is { IsExecutable: false } file
            ? $"command: {EntryErrors.Quote(file.Path)} is not executable in the zip: chmod +x it before it is zipped, or name its interpreter first"
            : null;
    }

    /// <summary>The message for an unknown runtime.</summary>
    public static string UnknownRuntimeMessage(string runtime, string fileName) =>
        $"runtime: no known way to start {EntryErrors.Quote(fileName)} with the runtime {EntryErrors.Quote(runtime)}: "
        + $"give the code a command, or one of {Runtimes}";
}
