using System.Globalization;

namespace Orleans.Hybrid.Domain.Launching.Scripts;

/// <summary>
/// How many places an expression has once its repetitions are written out, without building it: twenty letters can stand for a million places.
/// What is no expression gets some number, too.
/// </summary>
internal static class PatternSize
{
    private const long Huge = int.MaxValue;

    /// <summary>The size; a very large one where it is beyond counting.</summary>
    public static long Of(string pattern)
    {
        var at = 0;
        var total = 0L;
        while (at < pattern.Length)
        {
            // A bracket too many ends one that was never opened.
            total = Math.Min(Huge, total + Sequence(pattern, ref at));
            at++;
        }

        return total;
    }

    // What stands up to the end of a group, or of the text.
    private static long Sequence(string pattern, ref int at)
    {
        var total = 0L;
        while (at < pattern.Length && pattern[at] != ')')
        {
            var size = Atom(pattern, ref at);
            while (at < pattern.Length && Times(pattern, ref at) is { } times)
            {
                size = Math.Min(Huge, size * times);
            }

            total = Math.Min(Huge, total + size);
        }

        return total;
    }

    private static long Atom(string pattern, ref int at)
    {
        switch (pattern[at])
        {
            case '(':
                at++;
                var size = Sequence(pattern, ref at);
                at++;
                return Math.Max(1, size);
            case '[':
                Class(pattern, ref at);
                return 1;
            case '\\':
                at += at + 2 < pattern.Length && pattern[at + 1] is 'p' or 'P' && pattern.IndexOf('}', at) is > 0 and var end ? end + 1 - at : 2;
                return 1;
            default:
                at++;
                return 1;
        }
    }

    // A bracket as its first letter stands for itself; one class may be taken from another.
    private static void Class(string pattern, ref int at)
    {
        var depth = 0;
        do
        {
            if (pattern[at] == '[' && (depth == 0 || pattern[at - 1] == '-'))
            {
                depth++;
                at += at + 1 < pattern.Length && pattern[at + 1] == '^' ? 1 : 0;
                at += at + 1 < pattern.Length && pattern[at + 1] == ']' ? 1 : 0;
            }
            else if (pattern[at] == ']')
            {
                depth--;
            }
            else if (pattern[at] == '\\')
            {
                at++;
            }

            at++;
        }
        while (depth > 0 && at < pattern.Length);
    }

    // How often the place before it may come, where that is bounded; once more than at least, where it is not. Null for no repetition.
    private static long? Times(string pattern, ref int at)
    {
        if (pattern[at] is '*' or '+' or '?')
        {
            at++;
            return 1;
        }

        var end = pattern[at] == '{' ? pattern.IndexOf('}', at) : -1;
        if (end < 0)
        {
            return null;
        }

        var bounds = pattern[(at + 1)..end].Split(',');
        if (bounds.Length > 2 || !Number(bounds[0], out var least) || (bounds.Length == 2 && bounds[1].Length > 0 && !Number(bounds[1], out _)))
        {
            return null;
        }

        at = end + 1;
        return bounds.Length == 1 ? Math.Max(1, least)
            : Number(bounds[1], out var most) ? Math.Max(1, Math.Max(least, most))
            : least + 1;
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (number = Math.Min(number, Huge)) >= 0;
}
