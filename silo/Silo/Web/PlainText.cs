using System.Text.RegularExpressions;

namespace Orleans.Hybrid.Silo.Web;

/// <summary>Text from a task or a caller, without what steers a terminal or reorders what is read.</summary>
internal static partial class PlainText
{
    /// <summary>The text with one kind of line end, without sequences for terminals, other controls as a mark.</summary>
    public static string Of(string text) => Controls().Replace(
        Sequences().Replace(text.ReplaceLineEndings("\n"), ""), "\ufffd");

    [GeneratedRegex(
        @"(?:\e\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\e\]|\u009d)[^\a\e\u009c\n]*(?:\a|\e\\|\u009c)|\e[ -/]*[0-~]")]
    private static partial Regex Sequences();

    [GeneratedRegex(@"[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069-[\n\t]]")]
    private static partial Regex Controls();
}
