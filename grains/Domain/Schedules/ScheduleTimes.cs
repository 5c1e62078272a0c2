namespace OrleansHybrid.Domain.Schedules;

/// <summary>When runs are due. Nothing here adds to a time that was late: a grid is counted from its start.</summary>
internal static class ScheduleTimes
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>The zone of the cron expression; null when this server has none of that name.</summary>
    public static TimeZoneInfo? Zone(ScheduleSpec spec) =>
        spec.TimeZone.Length == 0 ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(spec.TimeZone, out var zone) ? zone
        : null;

    /// <summary>The first run of all: a start that has passed is due at once.</summary>
    public static DateTimeOffset? First(ScheduleSpec spec, DateTimeOffset start, DateTimeOffset now) =>
        Within(spec, spec.Cron.Length > 0 ? After(spec, start, (start > now ? start : now) - Tick) : start);

    /// <summary>The first run from now on, whatever was missed; a single run that has passed is due at once.</summary>
    public static DateTimeOffset? From(ScheduleSpec spec, DateTimeOffset start, DateTimeOffset now) =>
        Within(spec, spec.Repeats ? After(spec, start, now - Tick) : start > now ? start : now);

    /// <summary>The first run after a time; null when there is none.</summary>
    public static DateTimeOffset? Next(ScheduleSpec spec, DateTimeOffset start, DateTimeOffset after) =>
        Within(spec, After(spec, start, after));

    private static DateTimeOffset? Within(ScheduleSpec spec, DateTimeOffset? time) => time > spec.EndAt ? null : time;

    private static DateTimeOffset? After(ScheduleSpec spec, DateTimeOffset start, DateTimeOffset after) =>
        spec.Cron.Length > 0 ? Cron(spec, start > after ? start - Tick : after)
        : start > after ? start
        : spec.EverySeconds > 0 ? Grid(start, TimeSpan.FromSeconds(spec.EverySeconds), after)
        : null;

    private static DateTimeOffset? Cron(ScheduleSpec spec, DateTimeOffset after) =>
        CronSchedule.TryParse(spec.Cron, out var cron, out _) && Zone(spec) is { } zone ? cron!.Next(after, zone) : null;

    private static DateTimeOffset? Grid(DateTimeOffset start, TimeSpan every, DateTimeOffset after)
    {
        var steps = ((after - start).Ticks / every.Ticks) + 1;
        return (DateTimeOffset.MaxValue - start).Ticks / every.Ticks < steps ? null : start + (steps * every);
    }
}
