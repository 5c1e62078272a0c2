namespace OrleansHybrid.Runner.Execution;

/// <summary>How many bytes of log all tasks together may have waiting.</summary>
internal sealed class LogBudget(long bytes, Action<long>? dropped = null)
{
    private long free = bytes;

    /// <summary>As many of <paramref name="wanted"/> bytes as there are.</summary>
    public int Take(int wanted)
    {
        var left = Interlocked.Add(ref free, -wanted);
        var missing = (int)Math.Clamp(-left, 0, wanted);
        Return(missing);
        return wanted - missing;
    }

    /// <summary>Takes the little that must not be refused.</summary>
    public void Force(int bytes)
    {
        Interlocked.Add(ref free, -bytes);
    }

    /// <summary>So many bytes have found no place.</summary>
    public void Drop(long bytes) => dropped?.Invoke(bytes);

    public void Return(int bytes)
    {
        Interlocked.Add(ref free, bytes);
    }
}

/// <summary>Bytes, first in first out.</summary>
internal sealed class ByteQueue
{
    private byte[] bytes = [];
    private int start;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> more)
    {
        if (start + Count + more.Length > bytes.Length)
        {
            var roomier = Count + more.Length > bytes.Length ? new byte[2 * (Count + more.Length)] : bytes;
            bytes.AsSpan(start, Count).CopyTo(roomier);
            (bytes, start) = (roomier, 0);
        }

        more.CopyTo(bytes.AsSpan(start + Count));
        Count += more.Length;
    }

    public byte[] Take(int most)
    {
        var taken = bytes.AsSpan(start, Math.Min(most, Count)).ToArray();
        Skip(taken.Length);
        return taken;
    }

    public void Skip(int count)
    {
        (start, Count) = (start + count, Count - count);
        if (Count == 0)
        {
            Clear();
        }
    }

    public void Clear()
    {
        (bytes, start, Count) = ([], 0, 0);
    }
}
