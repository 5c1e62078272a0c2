using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>C3: what is said of a task's progress is kept wherever it stands, until it ends.</summary>
public sealed class TaskProgressTests
{
    [Fact(Timeout = 30_000)]
    public Task C3_progress_stays_through_the_wait_and_the_claim()
    {
        var told = TaskStateMachine.UpdateProgress(Delayed, 40, "page 4").State;

        var due = TaskStateMachine.Promote(told, Now.AddMinutes(2)).State;
        var claimed = TaskStateMachine.Claim(due, "session", "token", Now).State;

        Assert.Equal((40, "page 4"), (due.Percent, due.Message));
        Assert.Equal((40, "page 4"), (claimed.Percent, claimed.Message));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task C3_what_is_not_said_anew_stays()
    {
        var told = TaskStateMachine.UpdateProgress(Claimed, 40, "page 4").State;

        Assert.Equal((50, "page 4"), Shown(TaskStateMachine.UpdateProgress(told, 50, null).State));
        Assert.Equal((40, "page 5"), Shown(TaskStateMachine.UpdateProgress(told, null, "page 5").State));
        Assert.Equal((0, ""), Shown(TaskStateMachine.UpdateProgress(told, 0, "").State));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task C3_another_attempt_begins_with_none()
    {
        var told = TaskStateMachine.UpdateProgress(Running, 40, "page 4").State;

        Assert.Equal((0, ""), Shown(TaskStateMachine.Release(told, Fence, Now).State));
        Assert.Equal((0, ""), Shown(TaskStateMachine.ExpireLease(told, Now.AddHours(1)).State));
        return Task.CompletedTask;
    }

    private static (int, string) Shown(TaskState task) => (task.Percent, task.Message);
}
