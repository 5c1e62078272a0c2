using System.Text;

namespace Orleans.Hybrid.Cli.Output;

/// <summary>
/// Takes out of remote text what would steer the terminal: control characters, colour and cursor sequences, and marks
/// that reorder what is read. Keeps its place between pieces of one text.
/// </summary>
internal sealed class ControlFilter
{
    private const char Escape = '\e';
    private const char SequenceIntroducer = '\u009b';

    private Place _place;

    private enum Place
    {
        Text,
        Escape,
        Sequence,
    }

    /// <summary>A short text that must stay on its line.</summary>
    public static string OneLine(string text)
    {
        var kept = new StringBuilder(text.Length);
        new ControlFilter().Append(text.ReplaceLineEndings(" "), kept);
        return kept.ToString();
    }

    public void Append(ReadOnlySpan<char> text, StringBuilder kept)
    {
        foreach (var character in text)
        {
            if (IsKept(character))
            {
                kept.Append(character);
            }
        }
    }

    private bool IsKept(char character)
    {
        if (_place == Place.Escape && character == '[')
        {
            _place = Place.Sequence;
            return false;
        }

        if (_place == Place.Sequence && character is >= ' ' and <= '~')
        {
            _place = character < '@' ? Place.Sequence : Place.Text;
            return false;
        }

        _place = character switch
        {
            Escape => Place.Escape,
            SequenceIntroducer => Place.Sequence,
            _ => Place.Text,
        };
        return character is '\n' or '\t' || !(char.IsControl(character) || Reorders(character));
    }

    private static bool Reorders(char character) =>
        character is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
