using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Domain.Schedules;
using static OrleansHybrid.Domain.Tests.Schedules.ScheduleExamples;

namespace OrleansHybrid.Domain.Tests.Schedules;

public sealed class ScheduleTimesPropertyTests
{
    [Fact]
    public void S3_whenever_a_sweep_comes_by_the_next_time_lies_on_the_grid_ahead_and_no_run_is_early_or_doubled()
    {
        var histories = Gen.Choose(60, 100_000).Zip(Gen.Choose(0, 300_000).ListOf()).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(histories, Holds));
    }

    [Fact]
    public void S3_a_grid_that_leaves_the_calendar_ends()
    {
        var last = Made(Hourly with { EverySeconds = int.MaxValue }, DateTimeOffset.MaxValue.AddDays(-1));

        var ran = Due(last, DateTimeOffset.MaxValue.AddHours(-1)).State;

        Assert.Equal(SchedulePhase.Complete, ran.Phase);
    }

    private static bool Holds((int Every, List<int> Pauses) history)
    {
        var (schedule, now) = (Made(Hourly with { EverySeconds = history.Every }), Start);
        foreach (var pause in history.Pauses)
        {
            now = now.AddSeconds(pause);
            var due = schedule.NextStart!.Value;
            var step = Due(schedule, now);
            var runs = step.Effects.Count == 1;
            var next = step.State.NextStart!.Value;
            if (runs != due <= now || next <= now || (next - Start).Ticks % TimeSpan.FromSeconds(history.Every).Ticks != 0
                || step.State.RunCount != schedule.RunCount + (runs ? 1 : 0)
                || next - now > TimeSpan.FromSeconds(history.Every))
            {
                return false;
            }

            schedule = step.State;
        }

        return true;
    }
}
