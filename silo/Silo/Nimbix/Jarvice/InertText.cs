using System.Buffers;
using System.Text;

namespace Orleans.Hybrid.Silo.Nimbix.Jarvice;

/// <summary>
/// Text of strangers as something that does nothing wherever it is shown: no control characters but newline and tab, no escapes of
/// terminals, nothing that turns the direction of reading, no broken UTF-8.
/// </summary>
internal static class InertText
{
    private const int Escape = 0x1B;
    private const int Bell = 0x07;
    private const int ShortControl = 0x9B;
    private const int StringEnd = 0x9C;

    /// <summary>The text, as UTF-8, with what may act left out, and with a newline for every end of a line.</summary>
    public static byte[] Of(ReadOnlySpan<byte> utf8)
    {
        var inert = new ArrayBufferWriter<byte>(Math.Max(utf8.Length, 1));
        while (Next(ref utf8) is { } rune)
        {
            switch (rune.Value)
            {
                case Escape:
                    SkipEscape(ref utf8);
                    break;
                case ShortControl:
                    SkipControl(ref utf8);
                    break;
                case 0x90 or 0x98 or 0x9D or 0x9E or 0x9F:
                    SkipString(ref utf8);
                    break;
                case '\r':
                    Write(inert, new Rune('\n'));
                    utf8 = utf8.StartsWith("\n"u8) ? utf8[1..] : utf8;
                    break;
                default:
                    Write(inert, rune);
                    break;
            }
        }

        return inert.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> inert, Rune rune)
    {
        if (rune.Value is '\n' or '\t' || !(Rune.IsControl(rune) || TurnsReading(rune.Value)))
        {
            inert.Advance(rune.EncodeToUtf8(inert.GetSpan(4)));
        }
    }

    private static bool TurnsReading(int value) => value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static void SkipEscape(ref ReadOnlySpan<byte> text)
    {
        switch (text.Length > 0 ? text[0] : 0)
        {
            case '[':
                text = text[1..];
                SkipControl(ref text);
                break;
            case 'P' or 'X' or ']' or '^' or '_':
                text = text[1..];
                SkipString(ref text);
                break;
            default:
                SkipWhile(ref text, 0x20, 0x2F);
                SkipOne(ref text, 0x30, 0x7E);
                break;
        }
    }

    private static void SkipControl(ref ReadOnlySpan<byte> text)
    {
        SkipWhile(ref text, 0x30, 0x3F);
        SkipWhile(ref text, 0x20, 0x2F);
        SkipOne(ref text, 0x40, 0x7E);
    }

    // Ended by its own mark, or by the end of the line: what nobody ends would hide all that follows.
    private static void SkipString(ref ReadOnlySpan<byte> text)
    {
        var rest = text;
        while (Next(ref rest) is { } rune && rune.Value is not '\n')
        {
            text = rest;
            if (rune.Value is Bell or StringEnd)
            {
                return;
            }

            if (rune.Value == Escape)
            {
                SkipOne(ref text, '\\', '\\');
                return;
            }
        }
    }

    private static void SkipWhile(ref ReadOnlySpan<byte> text, byte first, byte last)
    {
        var end = text.IndexOfAnyExceptInRange(first, last);
        text = end < 0 ? [] : text[end..];
    }

    private static void SkipOne(ref ReadOnlySpan<byte> text, int first, int last) =>
        text = text.Length > 0 && text[0] >= first && text[0] <= last ? text[1..] : text;

    // What is no UTF-8 becomes the sign for that.
    private static Rune? Next(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        Rune.DecodeFromUtf8(text, out var rune, out var used);
        text = text[used..];
        return rune;
    }
}
