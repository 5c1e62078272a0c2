using System.Buffers;
using System.Runtime.InteropServices;

namespace OrleansHybrid.Primitives.Text;

/// <summary>
/// Replaces secrets in one stream of text, wherever its pieces are cut: what could still become a secret waits until it is known.
/// </summary>
/// <param name="redactor">With the secrets.</param>
public sealed class SecretStreamRedactor(SecretRedactor redactor)
{
    private readonly List<byte> _held = [];

    /// <summary>Takes the next bytes; gives what of all so far can be shown.</summary>
    /// <param name="piece">The next bytes.</param>
    public ReadOnlySpan<byte> Redact(ReadOnlySpan<byte> piece)
    {
        _held.AddRange(piece);
        return TakeRedacted(isEnd: false);
    }

    /// <summary>The stream is over: gives what was held back.</summary>
    public ReadOnlySpan<byte> Flush() => TakeRedacted(isEnd: true);

    private ReadOnlySpan<byte> TakeRedacted(bool isEnd)
    {
        ArrayBufferWriter<byte>? shown = new(Math.Max(1, _held.Count));
        var taken = redactor.Redact(CollectionsMarshal.AsSpan(_held), isEnd, ref shown);
        _held.RemoveRange(0, taken);
        return shown!.WrittenSpan;
    }
}
