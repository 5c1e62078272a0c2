using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Runner.Logging;

/// <summary>Makes text from anywhere fit for a line of the log.</summary>
internal static class LogLineSanitizer
{
    private const int MaxLength = 16 * 1024;

    /// <summary>Bounded, for a form that escapes by itself.</summary>
    public static string Truncate(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    /// <summary>Bounded, and what would end a line, move a cursor or turn the direction of text is shown as what it is.</summary>
    public static string Sanitize(string text) => TerminalTextSanitizer.Escaped(text, MaxLength);
}
