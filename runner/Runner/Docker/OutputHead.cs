using System.Text;

namespace OrleansHybrid.Runner.Docker;

/// <summary>The first bytes of an output, kept to be looked at when it has ended.</summary>
internal sealed class OutputHead
{
    private readonly byte[] bytes = new byte[1024];
    private int length;

    /// <summary>Keeps as much of <paramref name="output"/> as there is room for.</summary>
    public void Take(ReadOnlySpan<byte> output)
    {
        var taken = output[..Math.Min(output.Length, bytes.Length - length)];
        taken.CopyTo(bytes.AsSpan(length));
        length += taken.Length;
    }

    /// <summary>What was kept, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(bytes, 0, length);
}
