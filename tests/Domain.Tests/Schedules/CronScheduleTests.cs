using System.Globalization;
using OrleansHybrid.Domain.Schedules;

namespace OrleansHybrid.Domain.Tests.Schedules;

/// <summary>The times of cron expressions, also when clocks change.</summary>
public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-01-01 00:00", "2026-01-01 00:01")]
    [InlineData("*/15 * * * *", "2026-01-01 00:50", "2026-01-01 01:00")]
    [InlineData("5-20/7 3 * * *", "2026-01-01 03:12", "2026-01-01 03:19")]
    [InlineData("0,30 9-17 * * MON-FRI", "2026-01-02 17:30", "2026-01-05 09:00")]
    [InlineData("0 0 1 * *", "2026-01-01 00:00", "2026-02-01 00:00")]
    [InlineData("0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00")]
    [InlineData("0 0 29 2 *", "2097-01-01 00:00", "2104-02-29 00:00")]
    [InlineData("0 12 * * 7", "2026-01-01 00:00", "2026-01-04 12:00")]
    [InlineData("0 12 * * 0", "2026-01-01 00:00", "2026-01-04 12:00")]
    [InlineData("0 12 * * FRI-SUN", "2026-01-04 12:00", "2026-01-09 12:00")]
    [InlineData("0 12 * * 0-0", "2026-01-01 00:00", "2026-01-04 12:00")]
    [InlineData("0 12 * * SUN-MON", "2026-01-04 12:00", "2026-01-05 12:00")]
    [InlineData("0 12 * jan,Jul sun", "2026-02-01 12:00", "2026-07-05 12:00")]
    [InlineData("5/15 * * * *", "2026-01-01 00:20", "2026-01-01 00:35")]
    [InlineData("50-5/5 * * * *", "2026-01-01 00:05", "2026-01-01 00:50")]
    [InlineData("0 22-2 * * *", "2026-01-01 02:00", "2026-01-01 22:00")]
    [InlineData("0 0 L * ?", "2026-01-01 00:00", "2026-01-31 00:00")]
    [InlineData("0 0 15W * *", "2026-08-01 00:00", "2026-08-14 00:00")]
    [InlineData("0 0 * * MON#2", "2026-01-01 00:00", "2026-01-12 00:00")]
    [InlineData("@every_minute", "2026-01-01 00:00", "2026-01-01 00:01")]
    [InlineData("@hourly", "2026-01-01 00:00", "2026-01-01 01:00")]
    [InlineData("@daily", "2026-01-01 00:00", "2026-01-02 00:00")]
    [InlineData("@midnight", "2026-01-01 00:00", "2026-01-02 00:00")]
    [InlineData("@Weekly", "2026-01-01 00:00", "2026-01-04 00:00")]
    [InlineData("@monthly", "2026-01-01 00:00", "2026-02-01 00:00")]
    [InlineData("@yearly", "2026-01-01 00:00", "2027-01-01 00:00")]
    [InlineData(" @annually ", "2026-01-01 00:00", "2027-01-01 00:00")]
    public void S6_an_expression_names_its_next_time(string cron, string after, string next) =>
        Assert.Equal(next, Next(cron, "UTC", after));

    [Theory]
    [InlineData("0 0 13 * FRI", "2026-01-01 00:00", "2026-01-02 00:00")]
    [InlineData("0 0 13 * FRI", "2026-01-09 00:00", "2026-01-13 00:00")]
    [InlineData("0 0 */13 * FRI", "2026-01-01 00:00", "2026-02-27 00:00")]
    [InlineData("0 0 L * FRI", "2026-01-30 00:00", "2026-01-31 00:00")]
    [InlineData("0 0 30 2 FRI", "2026-01-30 00:00", "2026-02-06 00:00")]
    public void S6_either_kind_of_day_will_do_when_neither_begins_with_a_star(string cron, string after, string next) =>
        Assert.Equal(next, Next(cron, "UTC", after));

    // In Berlin the clock goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on 2026-10-25.
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28 01:30", "2026-03-29 01:00")]
    [InlineData("0,30 2 * * *", "2026-03-29 01:00", "2026-03-30 00:00")]
    [InlineData("30 * * * *", "2026-03-29 00:30", "2026-03-29 01:00")]
    [InlineData("30 * * * *", "2026-03-29 01:00", "2026-03-29 01:30")]
    [InlineData("30 2 * * *", "2026-10-25 00:00", "2026-10-25 00:30")]
    [InlineData("30 2 * * *", "2026-10-25 00:30", "2026-10-26 01:30")]
    [InlineData("0,30 2 * * *", "2026-10-25 00:30", "2026-10-26 01:00")]
    [InlineData("0 2-4 * * *", "2026-10-25 00:00", "2026-10-25 01:00")]
    [InlineData("*/20 * * * *", "2026-10-25 00:40", "2026-10-25 01:00")]
    [InlineData("*/20 * * * *", "2026-10-25 01:00", "2026-10-25 01:20")]
    [InlineData("0 9 * * *", "2026-03-28 08:00", "2026-03-29 07:00")]
    public void S6_when_clocks_change_a_skipped_time_comes_right_after_and_a_repeated_one_once_unless_at_intervals(
        string cron, string after, string next) => Assert.Equal(next, Next(cron, "Europe/Berlin", after));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("@reboot")]
    [InlineData("@every_second")]
    [InlineData("H * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * 32 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("* * * FOO *")]
    [InlineData("*/0 * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("1/2/3 * * * *")]
    [InlineData("1, * * * *")]
    [InlineData("*/15,3 * * * *")]
    [InlineData("*/60 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("*5 * * * *")]
    [InlineData("99999999999999999999 * * * *")]
    [InlineData("0 0 31 4,6 *")]
    public void S6_what_is_no_expression_is_told(string cron)
    {
        Assert.False(CronSchedule.TryParse(cron, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("60 * * * *", "has a bad minute: numbers from 0 to 59")]
    [InlineData("0 24 * * *", "has a bad hour: numbers from 0 to 23")]
    [InlineData("0 0 32 * MON", "has a bad day of month: numbers from 1 to 31")]
    [InlineData("0 0 1 FOO MON", "has a bad month: numbers from 1 to 12")]
    [InlineData("0 0 1 * 8", "has a bad day of week: numbers from 0 to 7")]
    [InlineData("@reboot", "must have five fields")]
    [InlineData("@every_second", "must have five fields")]
    [InlineData("0 0 30 2 *", "never comes")]
    public void S6_the_field_that_is_wrong_is_named_with_its_rule(string cron, string words)
    {
        Assert.False(CronSchedule.TryParse(cron, out _, out var problem));
        Assert.StartsWith(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9981-01-01 00:00", "UTC")]
    [InlineData("9999-12-31 23:59", "Pacific/Kiritimati")]
    public void S6_at_the_end_of_the_calendar_there_is_no_next_time(string after, string zone) =>
        Assert.Null(Next("* * * * *", zone, after));

    private static string? Next(string cron, string zone, string after)
    {
        Assert.True(CronSchedule.TryParse(cron, out var parsed, out var problem), problem);
        var from = DateTimeOffset.ParseExact(
            after, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return parsed!.Next(from, TimeZoneInfo.FindSystemTimeZoneById(zone))?.UtcDateTime
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
