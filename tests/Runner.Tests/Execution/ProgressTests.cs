using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>B1: what a task says of its progress arrives, however short it is and however it ends.</summary>
public sealed class ProgressTests : RunnerTestBase
{
    [Theory(Timeout = 30_000)]
    [InlineData("30 broke at row 17\n", 4)]
    [InlineData("30 broke at row 17", 4)]
    [InlineData("100\n30 broke at row 17\nnonsense\n", 0)]
    public async Task B1_the_last_word_of_a_task_goes_with_its_result(string file, int exitCode)
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.Progress = file;
        sandbox.End(exitCode);

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);

        Assert.Equal((exitCode, 30, "broke at row 17"), (result.ExitCode, result.Progress?.Percent, result.Progress?.Message));
    }

    [Fact(Timeout = 30_000)]
    public async Task B1_a_result_carries_no_progress_where_there_is_nothing_new()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.End(0);

        Assert.Null(Assert.Single((await Plane.Finishes.NextAsync()).Results).Progress);
    }

    [Fact(Timeout = 30_000)]
    public async Task B1_what_a_cancelled_task_said_last_goes_with_its_result_too()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.Progress = "70 most of it";
        Plane.CancelTask(sandbox.Order.Lease);
        await sandbox.StopAsync();

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);

        Assert.Equal(("cancelled", 70), (result.Status, result.Progress?.Percent));
    }

    [Fact(Timeout = 30_000)]
    public async Task B1_phase_changes_are_reported_within_seconds_and_combined()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.ProgressPollDelay = TimeSpan.FromSeconds(1);
        sandbox.Progress = "10 begun\n";
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(9) && wait <= TimeSpan.FromSeconds(10));
        await Task.WhenAll(Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)), Time.WaitForTimerAsync(TimeSpan.FromSeconds(2)));
        sandbox.Progress = "20 on\n";
        Plane.Heartbeats.Clear();
        Time.Advance(TimeSpan.FromSeconds(1));
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(1), times: 2);
        Time.Advance(TimeSpan.FromSeconds(1));
        var told = Assert.Single((await Plane.Heartbeats.NextAsync()).Leases);

        Assert.Equal((20, "on"), (told.Percent, told.Message));
    }
}
