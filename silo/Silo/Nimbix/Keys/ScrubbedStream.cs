using System.Runtime.InteropServices;

namespace Orleans.Hybrid.Silo.Nimbix.Keys;

/// <summary>One stream of text without secrets, wherever its pieces are cut: what may yet become a secret waits.</summary>
internal sealed class ScrubbedStream(Scrubber scrubber)
{
    private readonly List<byte> _held = [];

    /// <summary>Takes the next bytes; gives what of all so far can be shown.</summary>
    public byte[] Take(ReadOnlySpan<byte> text)
    {
        _held.AddRange(text);
        return Show(isEnd: false);
    }

    /// <summary>The stream is over: gives what was held back.</summary>
    public byte[] End() => Show(isEnd: true);

    private byte[] Show(bool isEnd)
    {
        var held = CollectionsMarshal.AsSpan(_held);
        var (shown, used) = scrubber.Show(held, isEnd);
        held[..used].Clear();
        _held.RemoveRange(0, used);
        return shown;
    }
}
