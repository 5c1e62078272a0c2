using System.Buffers;
using System.Text;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>Console text of strangers, from bytes to bytes, by the rules of <see cref="TerminalTextSanitizer"/>; what is no UTF-8 becomes U+FFFD.</summary>
internal static class ConsoleTextSanitizer
{
    // Small, so that what a text costs is its bytes, and not the four forms that it takes on the way.
    private const int ChunkSize = 16 << 10;

    /// <summary>The text, as UTF-8, with what may act left out, and with a newline for every end of a line.</summary>
    public static ReadOnlyMemory<byte> Sanitize(ReadOnlySpan<byte> utf8)
    {
        var (decoder, sanitizer) = (Encoding.UTF8.GetDecoder(), new TerminalTextSanitizer(TerminalTextMode.Lines));
        var (letters, kept) = (new char[ChunkSize + 2], new StringBuilder(ChunkSize + 2));
        var inert = new ArrayBufferWriter<byte>(Math.Max(utf8.Length, 1));
        for (var rest = utf8; !rest.IsEmpty; rest = rest[Math.Min(ChunkSize, rest.Length)..])
        {
            var isLast = rest.Length <= ChunkSize;
            var length = decoder.GetChars(rest[..Math.Min(ChunkSize, rest.Length)], letters, flush: isLast);
            sanitizer.Append(letters.AsSpan(0, length), kept);
            foreach (var chunk in kept.GetChunks())
            {
                Encoding.UTF8.GetBytes(chunk.Span, inert);
            }

            kept.Clear();
        }

        return inert.WrittenMemory;
    }
}
