using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>A secret as configured, in pinned memory that the garbage collector does not copy, wiped when this is disposed.</summary>
internal sealed class PinnedSecret : IDisposable
{
    private readonly char[] _text;

    private PinnedSecret(int length)
    {
        _text = GC.AllocateUninitializedArray<char>(length, pinned: true);
    }

    /// <summary>Without white space around it.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan().Trim();

    /// <summary>The secret in a variable.</summary>
    public static PinnedSecret From(ReadOnlySpan<char> value)
    {
        var secret = new PinnedSecret(value.Length);
        value.CopyTo(secret._text);
        return secret;
    }

    /// <summary>All that comes from a stream, as UTF-8; null when that is more than <paramref name="maxBytes"/> bytes.</summary>
    public static PinnedSecret? Read(Stream stream, int maxBytes)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(maxBytes + 1, pinned: true);
        try
        {
            var all = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            if (all.Length > maxBytes)
            {
                return null;
            }

            var meant = ByteOrderMark.Skip(all);
            var secret = new PinnedSecret(Encoding.UTF8.GetCharCount(meant));
            Encoding.UTF8.GetChars(meant, secret._text);
            return secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_text.AsSpan()));
}
