using System.Text;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>The first bytes of an output, kept to be looked at when it has ended.</summary>
internal sealed class StartupOutputBuffer
{
    private readonly byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>Keeps as much of <paramref name="output"/> as there is room for.</summary>
    public void Append(ReadOnlySpan<byte> output)
    {
        var taken = output[..Math.Min(output.Length, _bytes.Length - _length)];
        taken.CopyTo(_bytes.AsSpan(_length));
        _length += taken.Length;
    }

    /// <summary>The kept output, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes, 0, _length);
}
