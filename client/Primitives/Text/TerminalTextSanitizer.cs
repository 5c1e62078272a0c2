using System.Globalization;
using System.Text;

namespace OrleansHybrid.Primitives.Text;

/// <summary>
/// Takes out of text of strangers what would steer a terminal (control characters and sequences, in their forms of seven and of eight bits)
/// or reorder what is read, and marks halves of surrogate pairs. One step a character, whatever the text; keeps its place between pieces.
/// </summary>
/// <example><code>
/// var sanitizer = new TerminalTextSanitizer(TerminalTextMode.Lines);
/// sanitizer.Append("\e[3", kept);
/// sanitizer.Append("1mred", kept);   // kept is "red"
/// </code></example>
public sealed class TerminalTextSanitizer
{
    private const char Escape = '\e';
    private const char Broken = '\ufffd';

    private readonly TerminalTextMode _mode;
    private Place _place;
    private char _high;
    private bool _followsReturn;

    /// <summary>At the beginning of a text.</summary>
    /// <param name="mode">What becomes of the ends of lines.</param>
    public TerminalTextSanitizer(TerminalTextMode mode) => _mode = mode;

    private enum Place
    {
        Text,
        Escape,
        EscapeParts,
        Sequence,
        String,
    }

    /// <summary>How many steps were taken: never more than there were characters.</summary>
    internal long Steps { get; private set; }

    /// <summary>A text as one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters are kept at most.</param>
    public static string OneLine(string text, int most = int.MaxValue) => All(text, TerminalTextMode.OneLine, most);

    /// <summary>A text as lines that end with a newline.</summary>
    /// <param name="text">The text.</param>
    public static string Lines(string text) => All(text, TerminalTextMode.Lines, int.MaxValue);

    /// <summary>A text as one line in which all that <see cref="OneLine"/> takes out is shown by its number, such as <c>\u001b</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">After how many characters it ends with an ellipsis.</param>
    public static string Escaped(string text, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            _ = Steers(rune.Value) || rune.Value is '\t' || EndsLine(rune.Value)
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
                : shown.Append(rune);
        }

        return shown.ToString();
    }

    /// <summary>Appends what is harmless of the next piece.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="kept">Where it goes.</param>
    public void Append(ReadOnlySpan<char> text, StringBuilder kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        foreach (var character in text)
        {
            Take(character, kept);
        }
    }

    /// <summary>The end of the text: marks half of a pair whose other half never came.</summary>
    /// <param name="kept">Where the mark goes.</param>
    public void Finish(StringBuilder kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (_high != 0)
        {
            kept.Append(Broken);
        }

        (_place, _high, _followsReturn) = (Place.Text, default, false);
    }

    private static string All(string text, TerminalTextMode mode, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (sanitizer, kept) = (new TerminalTextSanitizer(mode), new StringBuilder(Math.Min(text.Length, most)));
        foreach (var character in text)
        {
            if (kept.Length >= most)
            {
                break;
            }

            sanitizer.Take(character, kept);
        }

        // A pair is appended at once: the last one may reach over the end.
        kept.Length = kept.Length > most ? most - 1 : kept.Length;
        if (kept.Length < most)
        {
            sanitizer.Finish(kept);
        }

        return kept.ToString();
    }

    private static bool EndsLine(int value) => value is '\n' or '\r' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029;

    private static bool Steers(int value) =>
        value is < ' ' or (>= 0x7F and < 0xA0) or 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private void Take(char character, StringBuilder kept)
    {
        Steps++;
        if (_place != Place.Text && Continues(character))
        {
            return;
        }

        if (TakeSurrogate(character, kept))
        {
            return;
        }

        var followsReturn = _followsReturn;
        _followsReturn = character == '\r';
        if (EndsLine(character))
        {
            EndLine(character, followsReturn, kept);
        }
        else if (!Steers(character) || character == '\t')
        {
            kept.Append(character);
        }
        else
        {
            _place = character switch
            {
                Escape => Place.Escape,
                '\u009b' => Place.Sequence,
                '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f' => Place.String,
                _ => Place.Text,
            };
        }
    }

    /// <summary>True for a character that belongs to the sequence that has begun; the first that does not ends it, and stands for itself.</summary>
    private bool Continues(char character)
    {
        switch (_place)
        {
            case Place.Escape when character is 'P' or 'X' or ']' or '^' or '_':
                _place = Place.String;
                return true;
            case Place.Escape when character is '[':
                _place = Place.Sequence;
                return true;
            case Place.Escape or Place.EscapeParts:
                _place = character is >= ' ' and <= '/' ? Place.EscapeParts : Place.Text;
                return character is >= ' ' and <= '~';
            case Place.Sequence:
                _place = character is >= ' ' and <= '?' ? Place.Sequence : Place.Text;
                return character is >= ' ' and <= '~';
            default:
                return ContinuesString(character);
        }
    }

    // What nobody ends would hide all that follows: the end of the line ends it, too.
    private bool ContinuesString(char character)
    {
        _place = character switch
        {
            Escape => Place.Escape,
            '\a' or '\u0018' or '\u001a' or '\u009c' => Place.Text,
            _ => EndsLine(character) ? Place.Text : Place.String,
        };
        return !EndsLine(character);
    }

    private bool TakeSurrogate(char character, StringBuilder kept)
    {
        if (_high == 0 && !char.IsSurrogate(character))
        {
            return false;
        }

        var high = _high;
        _high = char.IsHighSurrogate(character) ? character : default;
        if (high != 0 && char.IsLowSurrogate(character))
        {
            kept.Append(high).Append(character);
        }
        else if (high != 0 || char.IsLowSurrogate(character))
        {
            kept.Append(Broken);
        }

        _followsReturn = false;
        return char.IsSurrogate(character);
    }

    private void EndLine(char character, bool followsReturn, StringBuilder kept)
    {
        if (_mode == TerminalTextMode.Terminal)
        {
            kept.Append(character == '\r' ? '\r' : '\n');
        }
        else if (!(followsReturn && character == '\n'))
        {
            kept.Append(_mode == TerminalTextMode.OneLine ? ' ' : '\n');
        }
    }
}
