using OrleansHybrid.Domain.Schedules;
using static OrleansHybrid.Domain.Tests.Schedules.ScheduleExamples;

namespace OrleansHybrid.Domain.Tests.Schedules;

public sealed class ScheduleStateMachineTests
{
    [Fact]
    public void S3_a_late_run_moves_nothing_on_the_grid()
    {
        var late = Due(Made(Hourly), Start.AddMinutes(59)).State;

        Assert.Equal(Start.AddHours(1), late.NextStart);
        Assert.Equal(Start.AddMinutes(59), late.LastRunAt);
        Assert.Equal((1, 0), (late.RunCount, late.CollapseCount));
    }

    [Fact]
    public void S3_missed_runs_collapse_into_one()
    {
        var step = Due(Made(Hourly), Start.AddHours(5).AddMinutes(1));

        Assert.Single(step.Effects);
        Assert.Equal(Start.AddHours(6), step.State.NextStart);
        Assert.Equal((1, 1), (step.State.RunCount, step.State.CollapseCount));
    }

    [Fact]
    public void S1_without_a_pace_it_runs_once()
    {
        var ran = Ran(Once);

        Assert.Equal((SchedulePhase.Complete, "Ran max times.", 1), (ran.Phase, ran.Message, ran.RunCount));
    }

    [Fact]
    public void S1_run_times_are_counted_and_runs_by_hand_are_not()
    {
        var schedule = Ran(Hourly with { RunTimes = 2 });
        schedule = ScheduleStateMachine.RunNow(schedule, Ground, TaskId, Now).State;

        var last = Due(schedule, Start.AddHours(1)).State;

        Assert.Equal((SchedulePhase.Complete, "Ran max times.", 2), (last.Phase, last.Message, last.RunCount));
        Assert.Equal(Now, schedule.LastRunAt);
    }

    [Fact]
    public void S1_a_run_due_at_the_end_is_the_last_even_when_it_is_late()
    {
        var schedule = Ran(Hourly with { EndAt = Start.AddHours(1) });

        var step = Due(schedule, Start.AddHours(1).AddSeconds(1));

        Assert.Single(step.Effects);
        Assert.Equal((SchedulePhase.Complete, "Reached its end."), (step.State.Phase, step.State.Message));
    }

    [Fact]
    public void S1_a_start_that_has_passed_is_due_at_once_and_the_grid_is_still_its_own()
    {
        var schedule = Made(Hourly, Start.AddMinutes(-90));

        Assert.Equal(Start.AddMinutes(-90), schedule.NextStart);
        Assert.Equal(Start.AddMinutes(30), Due(schedule, Start).State.NextStart);
    }

    [Fact]
    public void S1_a_delay_puts_the_start_off()
    {
        Assert.Equal(Start.AddSeconds(90), Made(Hourly with { DelaySeconds = 90 }).NextStart);
        Assert.Equal(Start.AddHours(2), Made(Hourly with { DelaySeconds = 90 }, Start.AddHours(2)).NextStart);
    }

    [Fact]
    public void S4_a_task_has_its_schedule_and_the_terms_of_that_moment()
    {
        var spec = Hourly with { Label = "nightly", TaskDelaySeconds = 10, TimeoutSeconds = 9999 };

        var effect = Assert.IsType<ScheduleEffect.Queued>(Assert.Single(Due(Made(spec), Start).Effects));

        var task = effect.Task;
        Assert.Equal((TaskId, Start.AddSeconds(10)), (task.Id, task.DueAt));
        Assert.Equal((Id, "hello", "nightly"), (task.Spec.ScheduleId, task.Spec.CodeName, task.Spec.Label));
        Assert.Equal((7, 1, 600, 2), (task.Spec.CodeRev, task.Spec.Priority, task.Spec.TimeoutSeconds, task.Spec.Retries));
    }

    [Fact]
    public void A_skipped_run_is_told_and_does_not_count()
    {
        var skipped = Due(Made(Hourly with { MaxConcurrency = 2, RunTimes = 1 }), Start, new ScheduleContext(Terms, 2)).State;

        Assert.Equal("Skipped the run of 2026-03-01T12:00:00Z: 2 of its tasks had not ended.", skipped.Message);
        Assert.Equal((0, 1, Start.AddHours(1)), (skipped.RunCount, skipped.SkipCount, skipped.NextStart));
        Assert.Equal("Ran max times.", Due(skipped, Start.AddHours(1)).State.Message);
    }

    [Fact]
    public void Runs_missed_during_a_pause_are_not_made_up_for()
    {
        var paused = ScheduleStateMachine.Pause(Ran(Hourly), Now).State;

        var resumed = ScheduleStateMachine.Resume(paused, Start.AddHours(5).AddMinutes(1)).State;

        Assert.Equal((SchedulePhase.Scheduled, Start.AddHours(6)), (resumed.Phase, resumed.NextStart));
    }

    [Fact]
    public void A_single_run_that_fell_into_a_pause_is_due_when_it_is_resumed()
    {
        var paused = ScheduleStateMachine.Pause(Made(Once, Start.AddMinutes(10)), Start).State;

        Assert.Equal(Now, ScheduleStateMachine.Resume(paused, Now).State.NextStart);
    }

    [Fact]
    public void A_pause_beyond_the_end_completes_it()
    {
        var paused = ScheduleStateMachine.Pause(Ran(Hourly with { EndAt = Start.AddHours(2) }), Now).State;

        var resumed = ScheduleStateMachine.Resume(paused, Start.AddHours(3)).State;

        Assert.Equal((SchedulePhase.Complete, "Reached its end."), (resumed.Phase, resumed.Message));
    }

    [Fact]
    public void A_run_whose_code_is_gone_is_an_error_until_it_is_resumed()
    {
        var failed = Due(Made(Hourly), Start, new ScheduleContext(null, 0)).State;
        var resumed = ScheduleStateMachine.Resume(failed, Now).State;

        Assert.Equal((SchedulePhase.Error, 1), (failed.Phase, failed.ErrorCount));
        Assert.Contains("hello", failed.Message);
        Assert.Equal((SchedulePhase.Scheduled, "", Start.AddHours(1)), (resumed.Phase, resumed.Message, resumed.NextStart));
    }

    [Fact]
    public void S3_a_new_pace_counts_from_the_same_start_and_brings_nothing_back()
    {
        var updated = ScheduleStateMachine.Update(Ran(Hourly), Hourly with { EverySeconds = 7 * 60 }, null, Now).State;

        Assert.Equal(Start.AddMinutes(35), updated.NextStart);
    }

    [Theory]
    [InlineData("cron and run_every exclude each other", 60, "0 * * * *", "")]
    [InlineData("timezone is the zone of a cron expression", 60, "", "UTC")]
    [InlineData("timezone must be a name of the IANA list", 0, "0 * * * *", "Mars/Olympus")]
    [InlineData("cron must have five fields", 0, "0 * * *", "")]
    [InlineData("cron never comes", 0, "0 0 30 2 *", "")]
    public void Contradictory_schedules_are_rejected_with_the_field(string why, int every, string cron, string zone)
    {
        var spec = Once with { EverySeconds = every, Cron = cron, TimeZone = zone };

        Assert.StartsWith(why, ScheduleStateMachine.Create(Id, spec, null, Start).Error!.Message);
        Assert.StartsWith(why, ScheduleStateMachine.Update(Ran(Hourly), spec, null, Start).Error!.Message);
    }

    [Fact]
    public void An_end_before_the_first_run_is_rejected()
    {
        var step = ScheduleStateMachine.Create(Id, Hourly with { EndAt = Start.AddHours(1) }, Start.AddHours(2), Start);

        Assert.StartsWith("end_at", step.Error!.Message);
    }
}
