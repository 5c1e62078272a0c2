using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>The operator's limits outside of the container: time and log, and which images run at all.</summary>
public sealed class TaskLimitsTests : RunnerTestBase
{
    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { MaxTimeoutSeconds = 90 };

    [Theory(Timeout = 30_000)]
    [InlineData(null, 3600, 90)]
    [InlineData(null, 60, 60)]
    [InlineData(30, 3600, 30)]
    [InlineData(300, 3600, 300)]
    public async Task A_program_gets_no_more_time_than_its_assignment_the_setting_or_its_rule_gives(int? rule, int asked, int seconds)
    {
        Plane.Lease = TimeSpan.FromHours(2);
        Sandboxes.Configure = sandbox => sandbox.Limits = new TaskLimits(rule, null);
        await StartedAsync(TaskAssignments.New() with { TimeoutSeconds = asked });
        await AdvanceAsync(TimeSpan.FromSeconds(seconds));

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(("timeout", seconds * 1000), (result.Status, result.DurationMilliseconds));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_log_is_cut_where_the_rule_of_its_image_says()
    {
        Sandboxes.Configure = sandbox => sandbox.Limits = new TaskLimits(null, 5_000);
        var order = TaskAssignments.New();
        var sandbox = await StartedAsync(order);
        sandbox.Write(new string('x', 60_000));
        sandbox.End(0);

        await Plane.Finishes.NextAsync();
        Assert.InRange(Plane.StoredLogs[order.Lease.TaskId].Count, 2_500, 5_000);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_result_says_which_image_ran_also_of_a_task_too_short_for_a_heartbeat()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.End(0);

        Assert.Equal("sha256:0123", Assert.Single((await Plane.Finishes.NextAsync()).Results).Digest);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_image_that_may_not_run_ends_its_task_at_once_and_for_good()
    {
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = _ => throw new SandboxException("may not run here", isTransient: false) { IsPermanent = true };
        Plane.Offer(TaskAssignments.New());
        var sandbox = await Sandboxes.NextAsync();

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(("error", "may not run here", false), (result.Status, result.Message, result.Retryable));
        Assert.False(sandbox.Created.IsCompleted);
    }
}
