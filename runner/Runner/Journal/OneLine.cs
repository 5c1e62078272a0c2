using System.Globalization;
using System.Text;

namespace Orleans.Hybrid.Runner.Journal;

/// <summary>Makes text from anywhere fit for a line.</summary>
internal static class OneLine
{
    private const int Longest = 16 * 1024;

    /// <summary>Bounded, for a form that escapes by itself.</summary>
    public static string Bounded(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";

    /// <summary>Bounded, and what would end a line, move a cursor or turn the direction of text is shown as what it is.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest)
            {
                return shown.Append('…').ToString();
            }

            _ = IsHarmless(rune) ? shown.Append(rune) : shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return shown.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
