using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Automatic retries: a new task, only after an error, counted (T8).</summary>
public sealed class TaskRetryTests
{
    [Fact]
    public void T8_an_error_with_retries_left_queues_a_new_task_after_the_delay()
    {
        var step = TaskStateMachine.Finish(Running, Fence, Outcome(TaskPhase.Error), RetryId, Now);

        var retry = Assert.IsType<TaskEffect.Retried>(Assert.Single(step.Effects)).Task;
        Assert.Equal(TaskPhase.Error, step.State.Phase);
        Assert.Equal((RetryId, 1, (TaskId?)Running.Id), (retry.Id, retry.RetryCount, retry.OriginalId));
        Assert.Equal(Now.AddSeconds(30), retry.DueAt);
        Assert.Equal((0, 0, Running.Lane), (retry.Attempt, retry.Losses, retry.Lane));
    }

    [Fact]
    public void T8_a_retry_of_a_retry_names_the_first_task()
    {
        var first = TaskId.New(Now, 99);
        var task = Running with { OriginalId = first, RetryCount = 1, Spec = Spec with { Retries = 3 } };

        var step = TaskStateMachine.Finish(task, Fence, Outcome(TaskPhase.Error), RetryId, Now);

        var retry = Assert.IsType<TaskEffect.Retried>(Assert.Single(step.Effects)).Task;
        Assert.Equal((first, 2), (retry.OriginalId!.Value, retry.RetryCount));
    }

    [Fact]
    public void C4_a_retry_by_hand_begins_a_chain_of_its_own_and_both_tasks_name_each_other()
    {
        var task = Running with { OriginalId = TaskId.New(Now, 99), RetryCount = 1 };

        var step = TaskStateMachine.Retry(task, RetryId, delaySeconds: 5, Now);

        var again = Assert.IsType<TaskEffect.Retried>(Assert.Single(step.Effects)).Task;
        Assert.Equal((RetryId, (TaskId?)task.Id, null, 0), (again.Id, again.RetryOf, again.OriginalId, again.RetryCount));
        Assert.Equal((task.Spec with { DelaySeconds = 5 }, task.Lane), (again.Spec, again.Lane));
        Assert.Equal(task with { RetryId = RetryId }, step.State);
        var failed = TaskStateMachine.Finish(
            TaskStateMachine.Claim(again with { DueAt = null }, "session", "token", Now).State,
            new LeaseFence(again.Id, 1, "token", "session"), Outcome(TaskPhase.Error), TaskId.New(Now, 3), Now);
        Assert.Equal(again.Id, Assert.IsType<TaskEffect.Retried>(Assert.Single(failed.Effects)).Task.OriginalId);
    }

    [Fact]
    public void C7_an_automatic_retry_is_named_by_the_task_that_failed()
    {
        Assert.Equal(RetryId, TaskStateMachine.Finish(Running, Fence, Outcome(TaskPhase.Error), RetryId, Now).State.RetryId);
        Assert.Null(TaskStateMachine.Finish(Running, Fence, Outcome(TaskPhase.Complete), RetryId, Now).State.RetryId);
        Assert.Null(TaskStateMachine.Finish(
            Running with { RetryCount = 1 }, Fence, Outcome(TaskPhase.Error), RetryId, Now).State.RetryId);
    }

    [Fact]
    public void T8_the_last_retry_is_followed_by_none() =>
        Assert.Empty(TaskStateMachine.Finish(
            Running with { RetryCount = 1 }, Fence, Outcome(TaskPhase.Error), RetryId, Now).Effects);

    [Fact]
    public void I11_an_error_that_another_try_cannot_change_is_not_retried() =>
        Assert.Empty(TaskStateMachine.Finish(
            Running, Fence, Outcome(TaskPhase.Error) with { Retryable = false }, RetryId, Now).Effects);
}
