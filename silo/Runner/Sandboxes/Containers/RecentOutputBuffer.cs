using System.Text;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The last bytes of an output, kept to be looked at when it has ended.</summary>
internal sealed class RecentOutputBuffer
{
    private readonly byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>Keeps <paramref name="output"/> as far as it fits, and of what came before as much as still does.</summary>
    public void Append(ReadOnlySpan<byte> output)
    {
        var taken = output.Length > _bytes.Length ? output[^_bytes.Length..] : output;
        var kept = Math.Min(_length, _bytes.Length - taken.Length);
        _bytes.AsSpan(_length - kept, kept).CopyTo(_bytes);
        taken.CopyTo(_bytes.AsSpan(kept));
        _length = kept + taken.Length;
    }

    /// <summary>The kept output, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes, 0, _length);
}
