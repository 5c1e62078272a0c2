namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>The text that one poll of a console has added.</summary>
/// <param name="Next">The state for the next poll.</param>
/// <param name="Added">Whole new lines at the end; empty when there is nothing new. Only the last may lack its newline.</param>
/// <param name="HasGap">True when lines may be missing before these: the poll had no line in common with what was known.</param>
internal sealed record TailMergeResult(TailMerger Next, ReadOnlyMemory<byte> Added, bool HasGap);

/// <summary>
/// The end of a console as far as it is known. A poll returns the last lines only, without their number: the new ones
/// are found by the overlap with the known end, never by counting. Where a text repeats itself so
/// that several overlaps fit, the one is taken that repeats a line rather than lose it. Only hashes of the lines are kept.
/// </summary>
internal sealed class TailMerger
{
    /// <summary>How many lines a poll returns at most, and so how many are kept.</summary>
    public const int MaxLines = 10_000;

    private readonly LineHash[] _lines;

    private TailMerger(LineHash[] lines) => _lines = lines;

    /// <summary>Before the first poll.</summary>
    public static TailMerger Empty { get; } = new([]);

    /// <summary>Continues a text that another silo has collected.</summary>
    public static TailMerger After(LastLines lines) => new(lines.All());

    /// <summary>Merges a text that is still written: its last line counts once it has its newline.</summary>
    public TailMergeResult Merge(ReadOnlyMemory<byte> window) => Add(window[..(window.Span.LastIndexOf((byte)'\n') + 1)]);

    /// <summary>Merges a text that is complete.</summary>
    public TailMergeResult MergeEnd(ReadOnlyMemory<byte> output) => Add(output);

    private TailMergeResult Add(ReadOnlyMemory<byte> window)
    {
        // The window may contain all known lines, as in a poll of the whole text; or its first lines may be the last known ones.
        var known = window.IsEmpty ? 0 : MergeEnd(_lines, window.Span) ?? FindOverlap(window.Span, _lines);
        var added = window[known..];
        if (added.IsEmpty)
        {
            return new TailMergeResult(this, added, HasGap: false);
        }

        var next = new LastLines(MaxLines);
        next.Add(_lines);
        next.Add(added.Span);
        return new TailMergeResult(After(next), added, known == 0 && _lines.Length > 0);
    }

    /// <summary>Where the first place ends at which <paramref name="text"/> has all of <paramref name="sought"/>.</summary>
    private static int? MergeEnd(LineHash[] sought, ReadOnlySpan<byte> text)
    {
        if (sought.Length == 0)
        {
            return null;
        }

        var (borders, matched) = (Borders(sought), 0);
        var reader = new LineReader(text);
        while (reader.Read())
        {
            matched = Step(sought, borders, matched, reader.Line);
            if (matched == sought.Length)
            {
                return reader.End;
            }
        }

        return null;
    }

    /// <summary>Where the first lines of <paramref name="window"/> end that are the last of <paramref name="text"/>: the most that can be.</summary>
    private static int FindOverlap(ReadOnlySpan<byte> window, LineHash[] text)
    {
        var (next, ends) = (new List<LineHash>(), new List<int>());
        var reader = new LineReader(window);
        while (next.Count < text.Length && reader.Read())
        {
            next.Add(reader.Line);
            ends.Add(reader.End);
        }

        var (sought, matched) = (next.ToArray(), 0);
        var borders = Borders(sought);
        foreach (var line in text)
        {
            matched = Step(sought, borders, matched == sought.Length ? borders[matched - 1] : matched, line);
        }

        return matched == 0 ? 0 : ends[matched - 1];
    }

    // For each beginning of the lines: how long the longest shorter beginning is that it ends with.
    private static int[] Borders(LineHash[] lines)
    {
        var borders = new int[lines.Length];
        for (var (i, border) = (1, 0); i < lines.Length; i++)
        {
            borders[i] = border = Step(lines, borders, border, lines[i]);
        }

        return borders;
    }

    private static int Step(LineHash[] sought, int[] borders, int matched, LineHash line)
    {
        while (matched > 0 && sought[matched] != line)
        {
            matched = borders[matched - 1];
        }

        return sought[matched] == line ? matched + 1 : 0;
    }
}
