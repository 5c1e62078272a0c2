namespace OrleansHybrid.Domain.Schedules;

/// <summary>
/// Times by the clock on the wall, as cron tables write them: minute, hour, day of month, month, day of week. See
/// docs/decisions/0006-cron.md for what it can say, and for what happens when the clocks change.
/// </summary>
public sealed class CronExpression
{
    /// <summary>The 29th of February comes again within eight years, also around a year that leaves it out.</summary>
    private const int MaxYears = 8;

    private const int LastYear = 9980;

    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    private readonly CronField _minutes;
    private readonly CronField _hours;
    private readonly CronField _days;
    private readonly CronField _months;
    private readonly CronField _weekdays;

    // No hour is left out: it follows the clock through a change as it runs.
    private readonly bool _isHourly;

    private CronExpression(CronField[] fields)
    {
        (_minutes, _hours, _days, _months, _weekdays) = (fields[0], fields[1], fields[2], fields[3], fields[4]);
        _isHourly = Enumerable.Range(0, 24).All(_hours.Has);
    }

    /// <summary>Reads an expression, or says what is wrong with it.</summary>
    public static bool TryParse(string text, out CronExpression? cron, out string problem)
    {
        (cron, problem) = (null, "");
        var words = Macros.GetValueOrDefault(text.Trim(), text)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != CronPart.InOrder.Count)
        {
            problem = "must have five fields (minute, hour, day of month, month, day of week), or be @hourly, @daily, "
                + "@weekly, @monthly or @yearly";
            return false;
        }

        var fields = new CronField[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var part = CronPart.InOrder[i];
            if (!CronField.TryParse(words[i], part, out fields[i]))
            {
                problem = $"has a bad {part.Name}: numbers from {part.Min} to {part.Max}, ranges, lists and steps are understood";
                return false;
            }
        }

        cron = new CronExpression(fields);
        problem = cron.NextLocal(new DateTime(2000, 1, 1)) is null ? "never comes: no month of it has such a day" : "";
        return problem.Length == 0;
    }

    /// <summary>The first time after <paramref name="after"/>, to the minute; null when there is none in sight.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var now = TimeZoneInfo.ConvertTime(after, zone).DateTime;

        // The second time through a repeated hour, what lies before on the wall's clock may still come.
        var from = zone.IsAmbiguousTime(now) ? now - Repeated(now, zone) : now;
        DateTimeOffset? next = null;
        for (var local = NextLocal(from); local is { } at; local = NextLocal(at))
        {
            foreach (var moment in Moments(at, zone).Where(moment => moment > after))
            {
                next = next <= moment ? next : moment;
            }

            if (next is not null && !(_isHourly && zone.IsAmbiguousTime(at)))
            {
                return next;
            }
        }

        return next;
    }

    /// <summary>When the clock on the wall shows this: once as a rule; never, or twice, when it is changed.</summary>
    private IEnumerable<DateTimeOffset> Moments(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            return _isHourly ? [] : [FirstAfterGap(local, zone)];
        }

        if (!zone.IsAmbiguousTime(local))
        {
            return [new DateTimeOffset(local, zone.GetUtcOffset(local))];
        }

        var moments = zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset)).Order();
        return _isHourly ? moments : moments.Take(1);
    }

    private static DateTimeOffset FirstAfterGap(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static TimeSpan Repeated(DateTime local, TimeZoneInfo zone)
    {
        var offsets = zone.GetAmbiguousTimeOffsets(local);
        return offsets.Max() - offsets.Min();
    }

    /// <summary>The first minute after <paramref name="after"/> on the wall's clock, whether that clock shows it or not.</summary>
    private DateTime? NextLocal(DateTime after)
    {
        var day = DateOnly.FromDateTime(after);
        var end = after.Year < LastYear ? day.AddYears(MaxYears) : day;
        for (var minute = (after.Hour * 60) + after.Minute + 1; day < end; day = day.AddDays(1), minute = 0)
        {
            if (HasDay(day) && MinuteFrom(minute) is { } found)
            {
                return day.ToDateTime(TimeOnly.MinValue).AddMinutes(found);
            }
        }

        return null;
    }

    private int? MinuteFrom(int minute)
    {
        for (var hour = _hours.From(minute / 60); hour is { } at; hour = _hours.From(at + 1))
        {
            if (_minutes.From(at == minute / 60 ? minute % 60 : 0) is { } found)
            {
                return (at * 60) + found;
            }
        }

        return null;
    }

    /// <summary>When both kinds of days are narrowed, either will do; a field that begins with a star narrows nothing.</summary>
    private bool HasDay(DateOnly day)
    {
        var (ofMonth, ofWeek) = (_days.Has(day.Day), _weekdays.Has((int)day.DayOfWeek));
        return _months.Has(day.Month) && (_days.HasStar || _weekdays.HasStar ? ofMonth && ofWeek : ofMonth || ofWeek);
    }
}
