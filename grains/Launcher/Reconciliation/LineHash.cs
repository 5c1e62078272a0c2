using System.Security.Cryptography;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>
/// A line's length and keyed hash, which can't be predicted outside this process: many lines, or long ones, cost no memory.
/// </summary>
internal readonly record struct LineHash(int Length, ulong Hash)
{
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private static readonly ulong Factor = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <summary>Before its first byte.</summary>
    public static LineHash Empty { get; } = new(0, Seed);

    /// <summary>With more of its bytes.</summary>
    public LineHash Add(ReadOnlySpan<byte> bytes)
    {
        var hash = Hash;
        foreach (var one in bytes)
        {
            hash = (hash ^ one) * Factor;
            hash ^= hash >> 32;
        }

        return new LineHash(Length + bytes.Length, hash);
    }
}

/// <summary>The lines of a text one after the other, without its being cut into them.</summary>
internal ref struct LineReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>Where the line ends that was read last, its newline included.</summary>
    public int End { get; private set; }

    /// <summary>The line that was read last.</summary>
    public LineHash Line { get; private set; }

    /// <summary>Reads the next line; the last one needs no newline.</summary>
    public bool Read()
    {
        if (End == _text.Length)
        {
            return false;
        }

        var rest = _text[End..];
        var length = rest.IndexOf((byte)'\n');
        Line = LineHash.Empty.Add(length < 0 ? rest : rest[..length]);
        End = length < 0 ? _text.Length : End + length + 1;
        return true;
    }
}

/// <summary>The last lines of a text that comes in pieces: as many as are worth knowing, however many there are.</summary>
internal sealed class LastLines(int capacity)
{
    private readonly Queue<LineHash> _lines = [];
    private LineHash _open = LineHash.Empty;
    private bool _isOpen;

    /// <summary>Adds lines that are known already.</summary>
    public void Add(ReadOnlySpan<LineHash> lines)
    {
        foreach (var line in lines)
        {
            Add(line);
        }
    }

    /// <summary>Adds the next piece of text; it may end in the middle of a line.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        while (piece.IndexOf((byte)'\n') is >= 0 and var length)
        {
            Add(_open.Add(piece[..length]));
            (_open, _isOpen) = (LineHash.Empty, false);
            piece = piece[(length + 1)..];
        }

        (_open, _isOpen) = (_open.Add(piece), _isOpen || !piece.IsEmpty);
    }

    /// <summary>The last lines, the oldest first; one that has no newline yet is one, too.</summary>
    public LineHash[] All()
    {
        if (_isOpen)
        {
            Add(_open);
            (_open, _isOpen) = (LineHash.Empty, false);
        }

        return [.. _lines];
    }

    private void Add(LineHash line)
    {
        if (_lines.Count == capacity)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(line);
    }
}
