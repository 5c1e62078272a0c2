namespace Orleans.Hybrid.Silo.Nimbix.Errands;

/// <summary>What one look at a console text has added.</summary>
/// <param name="Next">What to hold the next look against.</param>
/// <param name="Added">Whole lines, each with its newline; empty when there is nothing new.</param>
/// <param name="HasGap">True when lines may be missing before these: nothing of what was known was in sight any more.</param>
internal sealed record TextStep(TextTail Next, string Added, bool HasGap);

/// <summary>
/// The end of a console text as far as it is known. A look shows the last lines only, and how many there were before nobody says: what is
/// new in it is found by what it has in common with the end that is known, never by counting. Where a text repeats itself so
/// that this has several answers, the one is taken that repeats a line rather than lose it.
/// </summary>
internal sealed record TextTail
{
    /// <summary>How many lines a look shows at most, and so how many are worth knowing.</summary>
    public const int MostLines = 10_000;

    private readonly string[] _lines;

    private TextTail(string[] lines) => _lines = lines.Length > MostLines ? lines[^MostLines..] : lines;

    /// <summary>Before the first look.</summary>
    public static TextTail Empty { get; } = new([]);

    /// <summary>After a text that somebody else has collected; it begins with the start of a line.</summary>
    public static TextTail After(string text) => new(Lines(text));

    /// <summary>A look at a text that is still written: its last line counts once it has its newline.</summary>
    public TextStep Look(string window) => Add(Lines(window[..(window.LastIndexOf('\n') + 1)]));

    /// <summary>The look at a text that is finished.</summary>
    public TextStep End(string output) => Add(Lines(output));

    private TextStep Add(string[] window)
    {
        if (window.Length == 0)
        {
            return new TextStep(this, "", HasGap: false);
        }

        // All that is known may stand in it, as in a look at the whole; or its first lines may be the last that are known.
        var known = End(_lines, window) ?? Meeting(window, _lines);
        var added = window[known..];
        return added.Length == 0
            ? new TextStep(this, "", HasGap: false)
            : new TextStep(new TextTail([.. _lines, .. added]), string.Join('\n', added) + '\n', known == 0 && _lines.Length > 0);
    }

    /// <summary>Where the first place ends at which <paramref name="text"/> has all of <paramref name="sought"/>.</summary>
    private static int? End(string[] sought, string[] text)
    {
        if (sought.Length == 0 || sought.Length > text.Length)
        {
            return null;
        }

        var (borders, matched) = (Borders(sought), 0);
        for (var i = 0; i < text.Length; i++)
        {
            matched = Step(sought, borders, matched, text[i]);
            if (matched == sought.Length)
            {
                return i + 1;
            }
        }

        return null;
    }

    /// <summary>How many of the first lines of <paramref name="next"/> are the last of <paramref name="text"/>: the most that can be.</summary>
    private static int Meeting(string[] next, string[] text)
    {
        var (borders, matched) = (Borders(next), 0);
        foreach (var line in text)
        {
            matched = Step(next, borders, matched == next.Length ? borders[matched - 1] : matched, line);
        }

        return matched;
    }

    // For each beginning of the lines: how long the longest shorter beginning is that it ends with.
    private static int[] Borders(string[] lines)
    {
        var borders = new int[lines.Length];
        for (var (i, border) = (1, 0); i < lines.Length; i++)
        {
            borders[i] = border = Step(lines, borders, border, lines[i]);
        }

        return borders;
    }

    private static int Step(string[] sought, int[] borders, int matched, string line)
    {
        while (matched > 0 && sought[matched] != line)
        {
            matched = borders[matched - 1];
        }

        return sought[matched] == line ? matched + 1 : 0;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
}
