using System.Buffers;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Finds keys in PEM, also where the line breaks became spaces or the two characters <c>\n</c> on their way through a file of variables.
/// </summary>
internal static class PemReader
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ ");

    /// <summary>The first key in a text: its label, its bytes (null when they are no base64), and the text without it.</summary>
    public static (string Label, byte[]? Bytes, string Others)? ReadNext(string text)
    {
        if (Find(text) is not var (label, start, body, end))
        {
            return null;
        }

        var block = text[body..(end - EndLine(label).Length)];
        var lines = block.Replace(@"\r", "", StringComparison.Ordinal).Replace(@"\n", "", StringComparison.Ordinal);
        var digits = string.Concat(lines.Where(character => !char.IsWhiteSpace(character)));
        var bytes = new byte[digits.Length];
        return (
            label,
            Convert.TryFromBase64String(digits, bytes, out var length) ? bytes[..length] : null,
            text.Remove(start, end - start));
    }

    private static string EndLine(string label) => $"{End}{label}{Dashes}";

    // Each search goes on where the one before it ended, so that no text is read twice.
    private static (string Label, int Start, int Body, int End)? Find(string text)
    {
        var end = 0;
        for (var start = At(Begin, 0); start >= 0; start = At(Begin, start + Begin.Length))
        {
            var label = Label(text.AsSpan(start + Begin.Length));
            if (label.Length == 0)
            {
                continue;
            }

            var body = start + Begin.Length + label.Length + Dashes.Length;
            end = end >= body ? end : At(End, body);
            if (end < 0)
            {
                return null;
            }

            if (text.AsSpan(end).StartsWith(EndLine(label), StringComparison.Ordinal))
            {
                return (label, start, body, end + EndLine(label).Length);
            }
        }

        return null;

        int At(string words, int from) => text.IndexOf(words, from, StringComparison.Ordinal);
    }

    private static string Label(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(Letters);
        return length > 0 && text[length..].StartsWith(Dashes, StringComparison.Ordinal) ? text[..length].ToString() : "";
    }
}
