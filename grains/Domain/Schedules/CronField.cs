using System.Globalization;
using System.Numerics;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>The values that one field of a cron expression lets through.</summary>
internal readonly record struct CronField(ulong Values, bool HasStar)
{
    /// <summary>True when it lets <paramref name="value"/> through.</summary>
    public bool Has(int value) => ((Values >> value) & 1) == 1;

    /// <summary>The first value from <paramref name="value"/> on that it lets through; null when there is none.</summary>
    public int? From(int value) =>
        value < 64 && Values >> value is > 0 and var rest ? value + BitOperations.TrailingZeroCount(rest) : null;

    /// <summary>Reads a field: items with commas between them, each of them <c>*</c>, a value or a range, with a step or without.</summary>
    public static bool TryParse(string text, CronPart part, out CronField field)
    {
        var values = 0UL;
        foreach (var item in text.Split(','))
        {
            if (Item(item, part) is not { } found)
            {
                field = default;
                return false;
            }

            values |= found;
        }

        // Sunday is 0 and 7.
        field = new CronField(part.SundayAtEnd ? (values | (values >> 7)) & 0x7f : values, text[0] == '*');
        return true;
    }

    private static ulong? Item(string item, CronPart part)
    {
        var (range, step) = item.Split('/') switch
        {
            [var all] => (all, 1),
            [var some, var text] when Number(text) is > 0 and var number => (some, number),
            _ => ("", 0),
        };
        var (first, last) = range == "*"
            ? (part.Min, part.Max)
            : range.Split('-') switch
            {
                // Without an end a step would mean one thing here and another there.
                [var one] when step == 1 && item == one => (part.Value(one), part.Value(one)),
                [var from, var to] => (part.Value(from), part.LastValue(to, part.Value(from))),
                _ => (null, null),
            };
        return first is { } low && last is { } high && low <= high ? Every(low, high, step) : null;
    }

    private static ulong Every(int first, int last, int step)
    {
        var values = 0UL;
        for (long value = first; value <= last; value += step)
        {
            values |= 1UL << (int)value;
        }

        return values;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Which field of a cron expression it is: what its values are, and what they can be called.</summary>
internal sealed record CronPart(string Name, int Min, int Max, string[] Names)
{
    /// <summary>The five, in order.</summary>
    public static IReadOnlyList<CronPart> InOrder { get; } =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    /// <summary>True for the day of the week.</summary>
    public bool SundayAtEnd => Max == 7;

    /// <summary>The same for the end of a range, where Sunday comes after what the range begins with.</summary>
    public int? LastValue(string text, int? first) => Value(text) is { } last
        ? SundayAtEnd && last == 0 && first > 0 ? Max : last
        : null;

    /// <summary>The value that a number or a name stands for; null when it is none of these.</summary>
    public int? Value(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number >= Min && number <= Max ? number : null
            : Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
                ? Min + index
                : null;
}
