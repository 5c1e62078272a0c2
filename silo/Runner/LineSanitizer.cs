using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Runner;

/// <summary>Makes text from outside fit for a line: bounded, and without anything that could forge another line.</summary>
internal static class LineSanitizer
{
    public static string Sanitize(string text, int maxLength) => TerminalTextSanitizer.OneLine(text, maxLength);
}
