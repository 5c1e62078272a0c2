using OrleansHybrid.Domain.Tasks;
using static OrleansHybrid.Domain.Tests.Tasks.TaskExamples;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>B1: the progress that comes with a result counts like any other, as the last.</summary>
public sealed class LastProgressTests
{
    [Theory]
    [InlineData(TaskPhase.Error, "exit code 4: broke at row 17")]
    [InlineData(TaskPhase.Complete, "broke at row 17")]
    [InlineData(TaskPhase.Timeout, "exit code 4")]
    public void B1_the_last_word_is_kept_with_the_end(TaskPhase phase, string message)
    {
        var ended = Finish(new TaskOutcome { Phase = phase, Message = "exit code 4", ExitCode = 4, Percent = 30, Progress = "broke at row 17" });

        Assert.Equal((30, message), (ended.Percent, ended.Message));
    }

    [Fact]
    public void B1_without_one_what_was_told_before_stands()
    {
        var ended = Finish(new TaskOutcome { Phase = TaskPhase.Error, Message = "exit code 4", ExitCode = 4 });

        Assert.Equal((10, "exit code 4: begun"), (ended.Percent, ended.Message));
    }

    private static TaskState Finish(TaskOutcome outcome) =>
        TaskStateMachine.Finish(Running with { Percent = 10, Message = "begun" }, Fence, outcome, RetryId, Now).State;
}
