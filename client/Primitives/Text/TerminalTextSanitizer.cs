using System.Globalization;
using System.Text;

namespace OrleansHybrid.Primitives.Text;

/// <summary>
/// Removes from untrusted text what would steer a terminal (control characters and sequences, in their forms of seven and of eight bits)
/// or reorder what is read, and marks lone surrogates. One step a character; keeps its state between pieces.
/// </summary>
/// <example><code>
/// var sanitizer = new TerminalTextSanitizer(TerminalTextMode.Lines);
/// sanitizer.Append("\e[3", kept);
/// sanitizer.Append("1mred", kept);   // kept is "red"
/// </code></example>
public sealed class TerminalTextSanitizer
{
    private const char Escape = '\e';
    private const char ReplacementCharacter = '\ufffd';

    private readonly TerminalTextMode _mode;
    private ParserState _state;
    private char _high;
    private bool _followsReturn;

    /// <summary>At the beginning of a text.</summary>
    /// <param name="mode">How line ends are handled.</param>
    public TerminalTextSanitizer(TerminalTextMode mode) => _mode = mode;

    private enum ParserState
    {
        Text,
        Escape,
        EscapeIntermediate,
        ControlSequence,
        String,
    }

    /// <summary>How many steps were taken: never more than there were characters.</summary>
    internal long Steps { get; private set; }

    /// <summary>A text as one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many characters are kept at most.</param>
    public static string OneLine(string text, int maxLength = int.MaxValue) => Sanitize(text, TerminalTextMode.OneLine, maxLength);

    /// <summary>A text as lines that end with a newline.</summary>
    /// <param name="text">The text.</param>
    public static string Lines(string text) => Sanitize(text, TerminalTextMode.Lines, int.MaxValue);

    /// <summary>A text as one line in which all that <see cref="OneLine"/> takes out is shown by its number, such as <c>\u001b</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">After how many characters it ends with an ellipsis.</param>
    public static string Escaped(string text, int maxLength = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= maxLength)
            {
                return shown.Append('…').ToString();
            }

            _ = IsUnsafe(rune.Value) || rune.Value is '\t' || EndsLine(rune.Value)
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
                : shown.Append(rune);
        }

        return shown.ToString();
    }

    /// <summary>Appends what is harmless of the next piece.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="output">Where it goes.</param>
    public void Append(ReadOnlySpan<char> text, StringBuilder output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var character in text)
        {
            Process(character, output);
        }
    }

    /// <summary>The end of the text: marks half of a pair whose other half never came.</summary>
    /// <param name="output">Where the mark goes.</param>
    public void Finish(StringBuilder output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_high != 0)
        {
            output.Append(ReplacementCharacter);
        }

        (_state, _high, _followsReturn) = (ParserState.Text, default, false);
    }

    private static string Sanitize(string text, TerminalTextMode mode, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (sanitizer, kept) = (new TerminalTextSanitizer(mode), new StringBuilder(Math.Min(text.Length, maxLength)));
        foreach (var character in text)
        {
            if (kept.Length >= maxLength)
            {
                break;
            }

            sanitizer.Process(character, kept);
        }

        // A pair is appended at once: the last one may reach over the end.
        kept.Length = kept.Length > maxLength ? maxLength - 1 : kept.Length;
        if (kept.Length < maxLength)
        {
            sanitizer.Finish(kept);
        }

        return kept.ToString();
    }

    private static bool EndsLine(int value) => value is '\n' or '\r' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029;

    private static bool IsUnsafe(int value) =>
        value is < ' ' or (>= 0x7F and < 0xA0) or 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private void Process(char character, StringBuilder output)
    {
        Steps++;
        if (_state != ParserState.Text && ContinuesSequence(character))
        {
            return;
        }

        if (ProcessSurrogate(character, output))
        {
            return;
        }

        var followsReturn = _followsReturn;
        _followsReturn = character == '\r';
        if (EndsLine(character))
        {
            EndLine(character, followsReturn, output);
        }
        else if (!IsUnsafe(character) || character == '\t')
        {
            output.Append(character);
        }
        else
        {
            _state = character switch
            {
                Escape => ParserState.Escape,
                '\u009b' => ParserState.ControlSequence,
                '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f' => ParserState.String,
                _ => ParserState.Text,
            };
        }
    }

    /// <summary>True for a character that belongs to the sequence that has begun; the first that does not ends it, and stands for itself.</summary>
    private bool ContinuesSequence(char character)
    {
        switch (_state)
        {
            case ParserState.Escape when character is 'P' or 'X' or ']' or '^' or '_':
                _state = ParserState.String;
                return true;
            case ParserState.Escape when character is '[':
                _state = ParserState.ControlSequence;
                return true;
            case ParserState.Escape or ParserState.EscapeIntermediate:
                _state = character is >= ' ' and <= '/' ? ParserState.EscapeIntermediate : ParserState.Text;
                return character is >= ' ' and <= '~';
            case ParserState.ControlSequence:
                _state = character is >= ' ' and <= '?' ? ParserState.ControlSequence : ParserState.Text;
                return character is >= ' ' and <= '~';
            default:
                return ContinuesString(character);
        }
    }

    // An unterminated string would hide all that follows: the end of the line ends it, too.
    private bool ContinuesString(char character)
    {
        _state = character switch
        {
            Escape => ParserState.Escape,
            '\a' or '\u0018' or '\u001a' or '\u009c' => ParserState.Text,
            _ => EndsLine(character) ? ParserState.Text : ParserState.String,
        };
        return !EndsLine(character);
    }

    private bool ProcessSurrogate(char character, StringBuilder output)
    {
        if (_high == 0 && !char.IsSurrogate(character))
        {
            return false;
        }

        var high = _high;
        _high = char.IsHighSurrogate(character) ? character : default;
        if (high != 0 && char.IsLowSurrogate(character))
        {
            output.Append(high).Append(character);
        }
        else if (high != 0 || char.IsLowSurrogate(character))
        {
            output.Append(ReplacementCharacter);
        }

        _followsReturn = false;
        return char.IsSurrogate(character);
    }

    private void EndLine(char character, bool followsReturn, StringBuilder output)
    {
        if (_mode == TerminalTextMode.Terminal)
        {
            output.Append(character == '\r' ? '\r' : '\n');
        }
        else if (!(followsReturn && character == '\n'))
        {
            output.Append(_mode == TerminalTextMode.OneLine ? ' ' : '\n');
        }
    }
}
