using System.Text;

namespace OrleansHybrid.Primitives.Text;

/// <summary>
/// The bytes by which some editors begin a text. Whatever reads a file that people write skips them here: they are no part of what was meant.
/// </summary>
public static class ByteOrderMark
{
    private static readonly UnicodeEncoding[] Wide =
        [new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)];

    /// <summary>A text in UTF-8 without its mark.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) =>
        text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    /// <summary>
    /// A file's text in UTF-8 without a byte order mark; UTF-16 with a mark is converted. Anything else is returned
    /// unchanged, and fails when it is parsed.
    /// </summary>
    public static ReadOnlyMemory<byte> ToUtf8(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            return Array.Find(Wide, wide => content.AsSpan().StartsWith(wide.Preamble)) is { } wide
                ? Encoding.Convert(wide, Encoding.UTF8, content, wide.Preamble.Length, content.Length - wide.Preamble.Length)
                : content.AsMemory(content.Length - Skip(content).Length);
        }
        catch (DecoderFallbackException)
        {
            return content;
        }
    }
}
