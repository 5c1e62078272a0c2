using System.Text;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>From an order to a result.</summary>
public sealed class TaskExecutionTests : RunnerTestBase
{
    [Fact(Timeout = 30_000)]
    public async Task K3_a_task_runs_and_its_result_and_its_log_arrive()
    {
        var order = TaskAssignments.New("the payload");
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        var files = await sandbox.Created;
        await sandbox.Started;
        sandbox.Write("hello\n");
        Time.Advance(TimeSpan.FromMilliseconds(1500));
        sandbox.Write("world\n");
        sandbox.End(0);

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal("the payload", Encoding.UTF8.GetString(files.Payload));
        Assert.Equal(("complete", "", 0), (result.Status, result.Message, result.ExitCode));
        Assert.Equal((order.Lease, 1500), (result.Lease, result.DurationMilliseconds));
        Assert.Equal("hello\nworld\n", Encoding.UTF8.GetString([.. Plane.StoredLogs[order.Lease.TaskId]]));
    }

    [Fact(Timeout = 30_000)]
    public async Task C3_the_control_plane_hears_of_a_start_before_it_happens()
    {
        // Time stands still: whatever waits for it has not been sent when the program starts.
        await StartedAsync(TaskAssignments.New());

        Assert.Contains("running", Plane.Heartbeats.Take().SelectMany(beat => beat.Leases).Select(lease => lease.Phase));
    }

    [Fact(Timeout = 30_000)]
    public async Task C3_a_control_plane_that_does_not_hear_of_it_holds_a_start_up_for_moments_only()
    {
        Plane.Interceptors["heartbeat"] = _ =>
        {
            // The first confirms the lease, the others are in vain.
            Plane.Fail("heartbeat", 503);
            return Task.FromResult(0);
        };
        Plane.Offer(TaskAssignments.New());
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Created;

        await AdvanceAsync(TimeSpan.FromSeconds(2));

        await sandbox.Started;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(3, false, "exit code 3")]
    [InlineData(1, true, "out of memory")]
    [InlineData(137, true, "out of memory")]
    [InlineData(137, false, "killed (137)")]
    [InlineData(143, false, "terminated (143)")]
    [InlineData(139, false, "exit code 139 (as after SIGSEGV, a bad access to memory)")]
    [InlineData(127, false, "exit code 127 (in shells: there is no such command)")]
    [InlineData(126, false, "exit code 126 (in shells: the command is there and can't be run)")]
    [InlineData(128, false, "exit code 128")]
    [InlineData(255, false, "exit code 255")]
    public async Task X6_B7_a_program_that_fails_ends_in_error_and_says_why(int exitCode, bool outOfMemory, string message)
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.End(exitCode, outOfMemory);

        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(("error", message, exitCode), (result.Status, result.Message, result.ExitCode));
        Assert.True(result.Retryable);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_takes_too_long_is_stopped_with_grace_and_times_out()
    {
        Plane.Lease = TimeSpan.FromHours(2);
        var sandbox = await StartedAsync(TaskAssignments.New() with { TimeoutSeconds = 90 });
        await AdvanceAsync(TimeSpan.FromSeconds(90));

        var grace = await sandbox.StopAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(TimeSpan.FromSeconds(30), grace);
        Assert.Equal(("timeout", "Job timed out.", 90_000), (result.Status, result.Message, result.DurationMilliseconds));
        Assert.Null(result.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_image_that_can_not_be_had_ends_the_task_with_the_reason()
    {
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = _ => throw new SandboxException("no such image", isTransient: false);
        Plane.Offer(TaskAssignments.New());

        var sandbox = await Sandboxes.NextAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal(("error", "no such image", 0), (result.Status, result.Message, result.DurationMilliseconds));
        Assert.False(sandbox.Created.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fault_of_the_runner_ends_one_task_and_not_the_runner()
    {
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = _ => throw new InvalidOperationException("a bug");
        Plane.Offer(TaskAssignments.New());
        var failed = Assert.Single((await Plane.Finishes.NextAsync()).Results);

        Sandboxes.Configure = _ => { };
        Plane.Offer(TaskAssignments.New());
        await Sandboxes.NextAsync();
        var next = await Sandboxes.NextAsync();
        await next.Started;
        Assert.Equal("error", failed.Status);
        Assert.DoesNotContain("a bug", failed.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_second_attempt_waits_until_the_first_one_is_gone()
    {
        var first = TaskAssignments.New();
        var old = await RunningAsync(first);
        old.IgnoresTerm = true;
        Plane.Statuses[("heartbeat", first.Lease.TaskId)] = "stop";
        await AdvanceAsync(TimeSpan.FromSeconds(20));
        await old.StopAsync();

        Plane.Statuses.Clear();
        Plane.Offer(TaskAssignments.New(attempt: 2, task: first.Lease.TaskId));
        await Plane.Heartbeats.NextAsync(beat => beat.Leases.Any(report => report.Lease.Attempt == 2));
        var next = Sandboxes.NextAsync();
        Assert.False(next.IsCompleted);
        await AdvanceAsync(TimeSpan.FromSeconds(30));

        await (await next).Started;
        Assert.True(old.Removed.IsCompleted);
    }
}
