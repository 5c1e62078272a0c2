using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using static OrleansHybrid.Domain.Tests.Schedules.ScheduleExamples;

namespace OrleansHybrid.Domain.Tests.Schedules;

/// <summary>
/// Every situation × every input has a declared answer. <c>-</c> stays as it is, <c>x</c> is refused, <c>+</c> queues a task.
/// </summary>
public sealed class ScheduleTransitionTableTests
{
    private static readonly DateTimeOffset NextHour = Start.AddHours(1);
    private static readonly ScheduleContext Bare = new(null, 0);
    private static readonly ScheduleContext Busy = new(Terms, 1);

    private static readonly Dictionary<string, ScheduleState> Situations = new()
    {
        ["hourly"] = Ran(Hourly),
        ["single"] = Made(Once, NextHour),
        ["last"] = Ran(Hourly with { RunTimes = 2 }),
        ["limited"] = Ran(Hourly with { MaxConcurrency = 1 }),
        ["daily"] = Made(Once with { Cron = "0 13 * * *" }),
        ["paused"] = ScheduleStateMachine.Pause(Ran(Hourly), Now).State,
        ["error"] = Due(Made(Hourly), Start, Bare).State,
        ["complete"] = Ran(Once),
        ["cancelled"] = ScheduleStateMachine.Cancel(Ran(Hourly), Now).State,
    };

    private static readonly Dictionary<string, Func<ScheduleState, Transition<ScheduleState>>> Inputs = new()
    {
        ["due early"] = schedule => Due(schedule, NextHour.AddMilliseconds(-1)),
        ["due"] = schedule => Due(schedule, NextHour),
        ["due, all busy"] = schedule => Due(schedule, NextHour, Busy),
        ["due, no code"] = schedule => Due(schedule, NextHour, Bare),
        ["run now"] = schedule => ScheduleStateMachine.RunNow(schedule, Busy, TaskId, Now),
        ["run, no code"] = schedule => ScheduleStateMachine.RunNow(schedule, Bare, TaskId, Now),
        ["relabel"] = schedule => ScheduleStateMachine.Update(schedule, schedule.Spec with { Label = "new" }, null, Now),
        ["restart"] = schedule => ScheduleStateMachine.Update(schedule, schedule.Spec, NextHour, Now),
        ["end soon"] = schedule =>
            ScheduleStateMachine.Update(schedule, schedule.Spec with { EndAt = Now.AddMinutes(1) }, null, Now),
        ["end before"] = schedule => ScheduleStateMachine.Update(schedule, schedule.Spec with { EndAt = Now }, null, Now),
        ["one run"] = schedule => ScheduleStateMachine.Update(schedule, schedule.Spec with { RunTimes = 1 }, null, Now),
        ["cancel"] = schedule => ScheduleStateMachine.Cancel(schedule, Now),
        ["pause"] = schedule => ScheduleStateMachine.Pause(schedule, Now),
        ["resume"] = schedule => ScheduleStateMachine.Resume(schedule, Now),
    };

    private const string Table = """
        input         | hourly     single     last       limited    daily      paused     error      complete cancelled
        due early     | -          -          -          -          -          -          -          -        -
        due           | scheduled+ complete+  complete+  scheduled+ scheduled+ -          -          -        -
        due, all busy | scheduled+ complete+  complete+  scheduled  scheduled+ -          -          -        -
        due, no code  | error      error      error      error      error      -          -          -        -
        run now       | scheduled+ scheduled+ scheduled+ scheduled+ scheduled+ paused+    error+     x        x
        run, no code  | x          x          x          x          x          x          x          x        x
        relabel       | scheduled  scheduled  scheduled  scheduled  scheduled  paused     error      x        x
        restart       | scheduled  scheduled  scheduled  scheduled  scheduled  paused     error      x        x
        end soon      | complete   complete   complete   complete   complete   paused     error      x        x
        end before    | x          x          x          x          x          x          x          x        x
        one run       | complete   scheduled  complete   complete   scheduled  paused     error      x        x
        cancel        | cancelled  cancelled  cancelled  cancelled  cancelled  cancelled  cancelled  -        -
        pause         | paused     paused     paused     paused     paused     -          x          x        x
        resume        | -          -          -          -          -          scheduled  scheduled  x        x
        """;

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        var rows = Table.Split('\n').Select(row => row.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        var situations = rows[0][1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var row in rows.Skip(1))
        {
            foreach (var (situation, answer) in situations.Zip(row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                cells.Add(situation, row[0], answer);
            }
        }

        return cells;
    }

    [Fact]
    public void Every_situation_meets_every_input() =>
        Assert.Equal(Situations.Count * Inputs.Count, Cells().Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_situation_answers_an_input_as_the_table_says(string situation, string input, string answer)
    {
        var before = Situations[situation];

        var step = Inputs[input](before);

        Assert.Equal(answer, Describe(step));
        if (step.Unchanged)
        {
            Assert.Equal(before, step.State);
            Assert.Empty(step.Effects);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_final_phase_never_changes_and_only_what_is_scheduled_has_a_next_time(
        string situation, string input, string answer)
    {
        var before = Situations[situation];

        var after = Inputs[input](before).State;

        Assert.True(before.Phase == after.Phase || !before.Phase.IsFinal(), $"{before.Phase} became {answer}");
        Assert.Equal(after.Phase == SchedulePhase.Scheduled, after.NextStart is not null);
        Assert.True(after.RunCount >= before.RunCount);
    }

    private static string Describe(Transition<ScheduleState> step)
    {
        if (step.Unchanged)
        {
            return step.Error is null ? "-" : "x";
        }

        var mark = step.Effects is [ScheduleEffect.Queued] ? "+" : step.Effects is [] ? "" : "?";
        return step.State.Phase.ToString().ToLowerInvariant() + mark;
    }
}
