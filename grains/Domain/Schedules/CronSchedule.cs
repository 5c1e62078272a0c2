using Cronos;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>
/// The times of a cron expression: minute, hour, day of month, month, day of week. Cronos reads it and finds them; see
/// docs/decisions/0006-cron.md for what it can say, and for what happens when the clocks change.
/// </summary>
public sealed class CronSchedule
{
    // Cronos counts no further than the calendar: a time in a zone ahead of UTC may lie beyond its end.
    private const int LastYear = 9980;

    private static readonly DateTime FirstTime = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly (string Name, int Min, int Max)[] Fields =
    [
        ("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7),
    ];

    // Two where both kinds of days are narrowed: Cronos takes the days that are of both kinds, cron tables those of either.
    private readonly CronExpression[] _expressions;

    private CronSchedule(params CronExpression[] expressions) => _expressions = expressions;

    /// <summary>Reads an expression, or says what is wrong with it.</summary>
    public static bool TryParse(string text, out CronSchedule? schedule, out string problem)
    {
        (schedule, problem) = (null, "");
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is [['@', ..] macro])
        {
            schedule = CronExpression.TryParse(macro, out var known) && known != CronExpression.EverySecond ? new CronSchedule(known) : null;
        }
        else if (words.Length == Fields.Length)
        {
            schedule = TryParse(words, out problem);
        }

        problem = problem.Length > 0 ? problem
            : schedule is null ? "must have five fields (minute, hour, day of month, month, day of week), or be @hourly, @daily, "
                + "@weekly, @monthly or @yearly"
            : !schedule._expressions.Any(expression => expression.GetNextOccurrence(FirstTime) is not null)
                ? "never comes: no month of it has such a day"
                : "";
        return problem.Length == 0;
    }

    /// <summary>The first time after <paramref name="after"/>, to the minute; null when there is none in sight.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => after.Year > LastYear
        ? null
        : _expressions.Select(expression => expression.GetNextOccurrence(after, zone)).Min();

    private static CronSchedule? TryParse(string[] words, out string problem)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!CronExpression.TryParse(string.Join(' ', words.Select((word, at) => at == i ? word : "*")), out _))
            {
                var (name, min, max) = Fields[i];
                problem = $"has a bad {name}: numbers from {min} to {max}, ranges, lists and steps are understood";
                return null;
            }
        }

        problem = "";
        return IsNarrowed(words[2]) && IsNarrowed(words[4])
            ? new CronSchedule(Parse(words, without: 4), Parse(words, without: 2))
            : new CronSchedule(CronExpression.Parse(string.Join(' ', words)));
    }

    /// <summary>A field that begins with a star narrows nothing, as in the classic cron.</summary>
    private static bool IsNarrowed(string days) => days[0] is not ('*' or '?');

    private static CronExpression Parse(string[] words, int without) =>
        CronExpression.Parse(string.Join(' ', words.Select((word, at) => at == without ? "*" : word)));
}
