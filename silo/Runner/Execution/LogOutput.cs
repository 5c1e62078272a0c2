namespace OrleansHybrid.Runner.Execution;

/// <summary>Output, first in first out: its bytes, and where one stream gives way to the other.</summary>
internal sealed class OutputQueue
{
    private const int SwitchOverhead = sizeof(long);

    private readonly ByteQueue _bytes = new();

    // Where the streams take turns, counted in all bytes that were ever added; nothing of it for a program that uses one only.
    private readonly Queue<long> _switches = new();
    private long _start;
    private long _end;
    private OutputStream _first;
    private OutputStream _last;

    public int Count => _bytes.Count;

    /// <summary>Its size in memory: a program that switches streams with every byte weighs many times what it writes.</summary>
    public int Weight => _bytes.Count + (SwitchOverhead * _switches.Count);

    public void Add(OutputStream stream, ReadOnlySpan<byte> more)
    {
        if (more.IsEmpty)
        {
            return;
        }

        if (Count == 0)
        {
            _first = stream;
        }
        else if (stream != _last)
        {
            _switches.Enqueue(_end);
        }

        _last = stream;
        _end += more.Length;
        _bytes.Add(more);
    }

    /// <summary>Moves all that <paramref name="other"/> holds behind what is here.</summary>
    public void AddAll(OutputQueue other)
    {
        while (other.Count > 0)
        {
            var stream = other._first;
            Add(stream, other._bytes.Take(other.AdvanceRun(other.Count)));
        }
    }

    /// <summary>
    /// At most so many bytes, and as many of them as <paramref name="maxRuns"/> runs hold: how long they are, from standard
    /// output and standard error in turn; null when all is standard output.
    /// </summary>
    public (byte[] Data, int[]? Runs) Take(int maxBytes, int maxRuns)
    {
        List<int> runs = _first == OutputStream.Out ? [] : [0];
        var length = 0;
        for (maxBytes = Math.Min(maxBytes, Count); length < maxBytes && runs.Count < maxRuns; length += runs[^1])
        {
            runs.Add(AdvanceRun(maxBytes - length));
        }

        return (_bytes.Take(length), runs.Count > 1 ? [.. runs] : null);
    }

    public void Skip(int count)
    {
        for (var left = count; left > 0;)
        {
            left -= AdvanceRun(left);
        }

        _bytes.Skip(count);
    }

    public void Clear()
    {
        _switches.Clear();
        _start = _end;
        _bytes.Clear();
    }

    /// <summary>Goes on to where the first stream gives way, or for so many bytes; returns how far that is.</summary>
    private int AdvanceRun(int maxBytes)
    {
        var gives = _switches.TryPeek(out var turn) && turn - _start <= maxBytes;
        var length = gives ? (int)(turn - _start) : maxBytes;
        _start += length;
        if (gives)
        {
            _switches.Dequeue();
            if (_switches.Count == 0)
            {
                _switches.TrimExcess();
            }

            _first = _first == OutputStream.Out ? OutputStream.Error : OutputStream.Out;
        }

        return length;
    }
}

/// <summary>Keeps the newest output and counts the bytes that it pushed out.</summary>
internal sealed class OutputRing(int capacity)
{
    private readonly OutputQueue _kept = new();

    public int Capacity => capacity;

    public int Count => _kept.Count;

    public bool IsEmpty => _kept.Count == 0;

    public long Lost { get; private set; }

    public void Add(OutputStream stream, ReadOnlySpan<byte> more)
    {
        var fits = more.Length > capacity ? more[^capacity..] : more;
        var pushedOut = Math.Clamp(_kept.Weight + fits.Length - capacity, 0, _kept.Count);
        _kept.Skip(pushedOut);
        Lost += pushedOut + more.Length - fits.Length;
        _kept.Add(stream, fits);
    }

    /// <summary>Moves what is in it to <paramref name="queue"/>.</summary>
    public void MoveTo(OutputQueue queue)
    {
        Lost = 0;
        queue.AddAll(_kept);
    }

    public void Clear()
    {
        Lost = 0;
        _kept.Clear();
    }
}
