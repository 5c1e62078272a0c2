namespace OrleansHybrid.Runner.Execution;

/// <summary>How many bytes of log all tasks together may have waiting.</summary>
internal sealed class LogBudget(long bytes, Action<long>? onDropped = null)
{
    private long _free = bytes;

    /// <summary>As many of <paramref name="wanted"/> bytes as there are.</summary>
    public int Reserve(int wanted)
    {
        var left = Interlocked.Add(ref _free, -wanted);
        var missing = (int)Math.Clamp(-left, 0, wanted);
        Release(missing);
        return wanted - missing;
    }

    /// <summary>Adds a small piece that must not be dropped.</summary>
    public void ReserveUnconditionally(int bytes) => Interlocked.Add(ref _free, -bytes);

    /// <summary>So many bytes were dropped.</summary>
    public void RecordDropped(long bytes) => onDropped?.Invoke(bytes);

    public void Release(int bytes) => Interlocked.Add(ref _free, bytes);
}

/// <summary>Bytes, first in first out.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> more)
    {
        if (_start + Count + more.Length > _bytes.Length)
        {
            var roomier = Count + more.Length > _bytes.Length ? new byte[2 * (Count + more.Length)] : _bytes;
            _bytes.AsSpan(_start, Count).CopyTo(roomier);
            (_bytes, _start) = (roomier, 0);
        }

        more.CopyTo(_bytes.AsSpan(_start + Count));
        Count += more.Length;
    }

    public byte[] Take(int maxBytes)
    {
        var taken = _bytes.AsSpan(_start, Math.Min(maxBytes, Count)).ToArray();
        Skip(taken.Length);
        return taken;
    }

    public void Skip(int count)
    {
        (_start, Count) = (_start + count, Count - count);
        if (Count == 0)
        {
            Clear();
        }
    }

    public void Clear() => (_bytes, _start, Count) = ([], 0, 0);
}
