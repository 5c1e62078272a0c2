using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Domain.Schedules;

namespace OrleansHybrid.Domain.Tests.Schedules;

/// <summary>Any expression, in zones of every kind, against a walk from minute to minute.</summary>
public sealed class CronSchedulePropertyTests
{
    private const int MaxMinutes = 3 * 24 * 60;

    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
        "Atlantic/Azores", "America/Havana",
    ];

    // Around these, in one zone or another, clocks are changed.
    private static readonly DateTimeOffset[] Changes =
    [
        .. ((string[])["2026-03-08 06:00", "2026-03-29 01:00", "2026-04-04 15:00", "2026-10-03 15:30", "2026-10-25 01:00",
            "2026-11-01 05:30"])
            .Select(text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
    ];

    [Fact]
    public void S6_the_next_time_is_the_one_that_a_walk_from_minute_to_minute_finds()
    {
        var cases =
            from minute in Field(0, 59)
            from hour in Gen.Frequency((2, Gen.Constant("*")), (3, Field(0, 4)), (1, Field(0, 23)))
            from day in Gen.Frequency((4, Gen.Constant("*")), (1, Field(1, 28)))
            from weekday in Gen.Frequency((4, Gen.Constant("*")), (1, Field(0, 7)))
            from zone in Gen.Elements(Zones)
            from change in Gen.Elements(Changes)
            from seconds in Gen.Choose(-20_000, 20_000)
            select (Cron: $"{minute} {hour} {day} * {weekday}", Zone: zone, After: change.AddSeconds(seconds));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(cases.ToArbitrary(), asked =>
        {
            Assert.True(CronSchedule.TryParse(asked.Cron, out var cron, out var problem), problem);
            var zone = TimeZoneInfo.FindSystemTimeZoneById(asked.Zone);
            var next = cron!.Next(asked.After, zone);
            var walked = FindByMinutes(asked.Cron, asked.After, zone);
            return next > asked.After && (walked is null ? next - asked.After > TimeSpan.FromDays(2) : walked == next);
        }));
    }

    private static Gen<string> Field(int min, int max)
    {
        var value = Gen.Choose(min, max);
        var range = value.Zip(value).Select(two => $"{Math.Min(two.Item1, two.Item2)}-{Math.Max(two.Item1, two.Item2)}");
        var step = Gen.Choose(1, Math.Min(max, 20));
        var item = Gen.OneOf(
            value.Select(one => one.ToString(CultureInfo.InvariantCulture)), range, range.Zip(step).Select(two => $"{two.Item1}/{two.Item2}"));
        return Gen.OneOf(item, step.Select(by => $"*/{by}"), item.Zip(item).Select(two => $"{two.Item1},{two.Item2}"));
    }

    private static DateTimeOffset? FindByMinutes(string cron, DateTimeOffset after, TimeZoneInfo zone)
    {
        var sets = cron.Split(' ').Zip([(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], Set).ToArray();
        var stars = cron.Split(' ').Select(field => field[0] == '*').ToArray();
        var atIntervals = cron.Split(' ').Take(2).Any(field => field.AsSpan().ContainsAny("*-/"));
        var minute = new DateTimeOffset(after.UtcTicks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
        for (var i = 0; i < MaxMinutes; i++)
        {
            minute = minute.AddMinutes(1);
            var (wall, before) = (Wall(minute), Wall(minute.AddMinutes(-1)));
            var skipped = Enumerable.Range(1, 180).Select(more => before.AddMinutes(more)).TakeWhile(time => time < wall);
            if (Has(wall) && (atIntervals || !IsRepeated(minute)) || skipped.Any(Has))
            {
                return minute;
            }
        }

        return null;

        bool IsRepeated(DateTimeOffset time) =>
            Enumerable.Range(1, 180).Any(back => Wall(time.AddMinutes(-back)) == Wall(time));

        DateTime Wall(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).DateTime;

        bool Has(DateTime wall)
        {
            var (ofMonth, ofWeek) = (sets[2].Contains(wall.Day), sets[4].Contains((int)wall.DayOfWeek));
            return sets[0].Contains(wall.Minute) && sets[1].Contains(wall.Hour) && sets[3].Contains(wall.Month)
                && (stars[2] || stars[4] ? ofMonth && ofWeek : ofMonth || ofWeek);
        }
    }

    private static HashSet<int> Set(string field, (int Least, int Most) bounds) =>
    [
        .. field.Split(',').SelectMany(item =>
        {
            var parts = item.Split('/');
            var ends = parts[0] == "*" ? [bounds.Least, bounds.Most]
                : parts[0].Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var step = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
            return Enumerable.Range(0, 60).Select(n => ends[0] + (n * step)).TakeWhile(value => value <= ends[^1]);
        }).Select(value => bounds.Most == 7 ? value % 7 : value),
    ];
}
