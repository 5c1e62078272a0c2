using System.Globalization;

namespace OrleansHybrid.Domain.Launching.Scripts;

/// <summary>
/// The line with which a script says how it ended: <c>hybrid-verdict MARKER HASH CODE</c>, its last. The marker is random
/// and not known to the code under test before it runs, so what that prints by itself is no verdict of another launch.
/// </summary>
public static class VerdictLine
{
    private const string Word = "hybrid-verdict";

    /// <summary>
    /// The shell's command that prints the line, with the exit code of the command before it, and ends with that code.
    /// </summary>
    public static string ShellOf(string marker, string commitHash) =>
        $"code=$?\nprintf '\\n%s %s %s %s\\n' {Word} {marker} {commitHash} \"$code\"\nexit \"$code\"\n";

    /// <summary>True for a text that ends with a verdict, of whatever launch: nothing is still to come.</summary>
    public static bool Ends(string lastWords) => LastOf(lastWords).StartsWith($"{Word} ", StringComparison.Ordinal);

    /// <summary>
    /// The exit code that a text ends with; null where its last line that is not empty is no verdict of this launch.
    /// </summary>
    public static int? Read(string lastWords, string marker, string commitHash)
    {
        var line = LastOf(lastWords);
        var wanted = $"{Word} {marker} {commitHash} ";
        return line.StartsWith(wanted, StringComparison.Ordinal)
            && int.TryParse(line[wanted.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= 255
            ? code
            : null;
    }

    private static ReadOnlySpan<char> LastOf(string text)
    {
        var end = text.AsSpan().TrimEnd("\r\n\t ");
        return end[(end.LastIndexOf('\n') + 1)..];
    }
}
