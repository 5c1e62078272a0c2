using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>When a task counts as started: its log is there from then on.</summary>
public sealed class TaskStartTimeTests
{
    [Fact]
    public void A_program_that_ended_before_any_heartbeat_has_started_its_duration_ago()
    {
        var outcome = new TaskOutcome { Phase = TaskPhase.Complete, ExitCode = 0, DurationMilliseconds = 40 };

        Assert.Equal(Now.AddMilliseconds(-40), Finish(Claimed, outcome).StartedAt);
    }

    [Fact]
    public void A_program_that_never_ran_has_not_started() =>
        Assert.Null(Finish(Claimed, new TaskOutcome { Phase = TaskPhase.Error, Message = "no such image" }).StartedAt);

    [Fact]
    public void The_start_that_a_heartbeat_told_stands() => Assert.Equal(
        Now, TaskStateMachine.Finish(Running, Fence, Outcome(TaskPhase.Complete), RetryId, Now.AddHours(1)).State.StartedAt);

    [Fact]
    public void A_cancelled_program_has_run_until_the_cancel() =>
        Assert.Equal(1500, TaskStateMachine.Cancel(Running, Now.AddMilliseconds(1500)).State.DurationMilliseconds);

    private static TaskState Finish(TaskState task, TaskOutcome outcome) =>
        TaskStateMachine.Finish(task, Fence, outcome, RetryId, Now).State;
}
