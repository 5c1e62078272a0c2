using Orleans.Hybrid.Domain.Tasks;
using static Orleans.Hybrid.Domain.Tests.Tasks.Examples;

namespace Orleans.Hybrid.Domain.Tests.Tasks;

/// <summary>Automatic retries: a new task, only after an error, counted (T8).</summary>
public sealed class TaskRetrying
{
    [Fact]
    public void T8_an_error_with_retries_left_queues_a_new_task_after_the_delay()
    {
        var step = TaskMachine.Finish(Running, Fence, Outcome(TaskPhase.Error), RetryId, Now);

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

        var step = TaskMachine.Finish(task, Fence, Outcome(TaskPhase.Error), RetryId, Now);

        var retry = Assert.IsType<TaskEffect.Retried>(Assert.Single(step.Effects)).Task;
        Assert.Equal((first, 2), (retry.OriginalId!.Value, retry.RetryCount));
    }

    [Fact]
    public void T8_the_last_retry_is_followed_by_none() =>
        Assert.Empty(TaskMachine.Finish(
            Running with { RetryCount = 1 }, Fence, Outcome(TaskPhase.Error), RetryId, Now).Effects);

    [Fact]
    public void I11_an_error_that_another_try_cannot_change_is_not_retried() =>
        Assert.Empty(TaskMachine.Finish(
            Running, Fence, Outcome(TaskPhase.Error) with { Retryable = false }, RetryId, Now).Effects);
}
