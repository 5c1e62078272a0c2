using System.Text;

namespace OrleansHybrid.Runner.Docker;

/// <summary>The last bytes of an output, kept to be looked at when it has ended.</summary>
internal sealed class OutputTail
{
    private readonly byte[] bytes = new byte[4096];
    private int length;

    /// <summary>Keeps <paramref name="output"/> as far as it fits, and of what came before as much as still does.</summary>
    public void Take(ReadOnlySpan<byte> output)
    {
        var taken = output.Length > bytes.Length ? output[^bytes.Length..] : output;
        var kept = Math.Min(length, bytes.Length - taken.Length);
        bytes.AsSpan(length - kept, kept).CopyTo(bytes);
        taken.CopyTo(bytes.AsSpan(kept));
        length = kept + taken.Length;
    }

    /// <summary>What was kept, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(bytes, 0, length);
}
