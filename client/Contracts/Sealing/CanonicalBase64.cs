using System.Buffers;
using System.Buffers.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Reads base64 in its one canonical spelling. Usual decoders ignore white space and unused bits in the last character; here they
/// would let two texts decode to the same bytes.
/// </summary>
internal static class CanonicalBase64
{
    /// <summary>The standard alphabet, padded.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        if (Base64.DecodeFromUtf8(text, bytes, out _, out length) != OperationStatus.Done)
        {
            return false;
        }

        var canonical = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(length));
        try
        {
            Base64.EncodeToUtf8(bytes[..length], canonical, out _, out var encoded);
            return text.SequenceEqual(canonical.AsSpan(0, encoded));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(canonical);
        }
    }

    /// <summary>The alphabet for addresses, without padding; null for anything else.</summary>
    public static byte[]? DecodeUrl(ReadOnlySpan<char> text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
    }
}
