using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Runner;

/// <summary>Makes text from outside fit for a line: bounded, and without anything that could forge another line.</summary>
internal static class PlainText
{
    public static string Of(string text, int most) => TerminalTextSanitizer.OneLine(text, most);
}
