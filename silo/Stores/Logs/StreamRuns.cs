namespace OrleansHybrid.Stores.Logs;

/// <summary>
/// How many bytes of a chunk are standard output and standard error in turn, as they are stored: each length in groups of seven
/// bits, the lowest first, with the eighth bit set on all but the last. Without any, all bytes are standard output.
/// </summary>
internal static class StreamRuns
{
    private const int Bits = 7;
    private const int More = 1 << Bits;

    /// <summary>The lengths as stored.</summary>
    public static byte[] Pack(IReadOnlyList<int> lengths)
    {
        var packed = new List<byte>(lengths.Count);
        foreach (var length in lengths)
        {
            var rest = (uint)length;
            for (; rest >= More; rest >>= Bits)
            {
                packed.Add((byte)(rest | More));
            }

            packed.Add((byte)rest);
        }

        return [.. packed];
    }

    /// <summary>
    /// Where the standard output of a chunk lies. Lengths that reach beyond its end stop there, and what they do not reach is
    /// standard output: a damaged row may show too much, and nothing that is not in the chunk.
    /// </summary>
    public static IEnumerable<(int From, int To)> OutputIn(int size, byte[]? packed)
    {
        var (at, isOutput) = (0, true);
        foreach (var length in Unpack(packed ?? []))
        {
            var to = (int)Math.Min(size, at + length);
            if (isOutput && to > at)
            {
                yield return (at, to);
            }

            (at, isOutput) = (to, !isOutput);
        }

        if (at < size)
        {
            yield return (at, size);
        }
    }

    private static IEnumerable<long> Unpack(byte[] packed)
    {
        var (length, shift) = (0L, 0);
        foreach (var part in packed)
        {
            // What is too long for a number counts as the largest.
            length = shift < 5 * Bits ? length | ((long)(part & (More - 1)) << shift) : uint.MaxValue;
            shift += Bits;
            if (part < More)
            {
                yield return length;
                (length, shift) = (0, 0);
            }
        }
    }
}
