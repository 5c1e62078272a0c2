using System.Globalization;

namespace OrleansHybrid.Launcher.Domain.Scripts;

/// <summary>
/// The line with which a script says how it ended: <c>hybrid-verdict MARKER HASH CODE</c>, its last. The marker is random
/// and not known to the code under test before it runs, so what that prints by itself is no verdict of another launch.
/// </summary>
public static class ResultMarker
{
    private const string Prefix = "hybrid-verdict";

    /// <summary>
    /// The shell's command that prints the line, with the exit code of the command before it, and ends with that code.
    /// </summary>
    public static string CreateShellCommand(string marker, string commitHash) =>
        $"code=$?\nprintf '\\n%s %s %s %s\\n' {Prefix} {marker} {commitHash} \"$code\"\nexit \"$code\"\n";

    /// <summary>True for a text that ends with a verdict, of whatever launch: nothing is still to come.</summary>
    public static bool IsAtEndOf(string outputTail) => LastLine(outputTail).StartsWith($"{Prefix} ", StringComparison.Ordinal);

    /// <summary>
    /// The exit code that a text ends with; null where its last line that is not empty is no verdict of this launch.
    /// </summary>
    public static int? ReadExitCode(string outputTail, string marker, string commitHash)
    {
        var line = LastLine(outputTail);
        var wanted = $"{Prefix} {marker} {commitHash} ";
        return line.StartsWith(wanted, StringComparison.Ordinal)
            && int.TryParse(line[wanted.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= 255
            ? code
            : null;
    }

    private static ReadOnlySpan<char> LastLine(string text)
    {
        var end = text.AsSpan().TrimEnd("\r\n\t ");
        return end[(end.LastIndexOf('\n') + 1)..];
    }
}
