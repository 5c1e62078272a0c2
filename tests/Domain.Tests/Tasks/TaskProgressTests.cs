using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.Examples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>C3: what is said of a task's progress is kept wherever it stands, until it ends.</summary>
public sealed class TaskProgressTests
{
    [Fact(Timeout = 30_000)]
    public Task C3_progress_stays_through_the_wait_and_the_claim()
    {
        var told = TaskMachine.Progress(Delayed, 40, "page 4").State;

        var due = TaskMachine.Due(told, Now.AddMinutes(2)).State;
        var claimed = TaskMachine.Claim(due, "session", "token", Now).State;

        Assert.Equal((40, "page 4"), (due.Percent, due.Message));
        Assert.Equal((40, "page 4"), (claimed.Percent, claimed.Message));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task C3_what_is_not_said_anew_stays()
    {
        var told = TaskMachine.Progress(Claimed, 40, "page 4").State;

        Assert.Equal((50, "page 4"), Shown(TaskMachine.Progress(told, 50, null).State));
        Assert.Equal((40, "page 5"), Shown(TaskMachine.Progress(told, null, "page 5").State));
        Assert.Equal((0, ""), Shown(TaskMachine.Progress(told, 0, "").State));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task C3_another_attempt_begins_with_none()
    {
        var told = TaskMachine.Progress(Running, 40, "page 4").State;

        Assert.Equal((0, ""), Shown(TaskMachine.Release(told, Fence, Now).State));
        Assert.Equal((0, ""), Shown(TaskMachine.LeaseLapsed(told, Now.AddHours(1)).State));
        return Task.CompletedTask;
    }

    private static (int, string) Shown(TaskState task) => (task.Percent, task.Message);
}
