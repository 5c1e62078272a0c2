using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>How a runner ends, and how the next one begins (L3, L4, W5, F4).</summary>
public sealed class RunnerWorkerTests : RunnerTestBase
{
    [Fact(Timeout = 30_000)]
    public async Task W5_a_drained_runner_claims_no_more_finishes_what_runs_and_leaves()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        await Runner.DrainAsync();
        Plane.Offer(TaskAssignments.New());
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);
        Assert.False(Runner.Exit.IsCompleted);
        sandbox.End(0);

        Assert.Equal(0, await Runner.Exit);
        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        var release = await Plane.Releases.NextAsync();
        Assert.True(release.Leaving);
        Assert.Empty(release.Leases);
        Assert.False(Sandboxes.NextAsync().IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_drain_command_of_the_control_plane_is_followed()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        Plane.IsDraining = true;
        await AdvanceAsync(TimeSpan.FromSeconds(20));
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);
        sandbox.End(0);

        Assert.Equal(0, await Runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_second_signal_stops_what_runs_and_hands_it_back_in_one_call()
    {
        var (first, second) = (TaskAssignments.New(), TaskAssignments.New());
        Plane.Offer(first, second);
        var both = new[] { await Sandboxes.NextAsync(), await Sandboxes.NextAsync() };
        await Task.WhenAll(both.Select(sandbox => sandbox.Started));
        await Runner.DrainAsync();
        await Runner.RequeueAsync();

        Assert.Equal(0, await Runner.Exit);
        Assert.Equal(TimeSpan.FromSeconds(5), await both[0].StopAsync());
        var release = await Plane.Releases.NextAsync();
        Assert.True(release.Leaving);
        Assert.Equal([first.Lease, second.Lease], release.Leases.OrderBy(lease => lease.TaskId));
        Assert.Equal(0, Plane.Finishes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_result_that_can_not_be_reported_before_leaving_is_reported_by_the_next_life()
    {
        Plane.Fail("finish", 503);
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.End(3);
        await Plane.Finishes.NextAsync();
        await Runner.RequeueAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(0, await Runner.Exit);
        Assert.False((await Plane.Releases.NextAsync()).Leaving);

        Plane.Recover("finish");
        Plane.TransferredLeases = [sandbox.Order.Lease];
        Plane.Finishes.Clear();
        await RestartAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(("exit code 3", sandbox.Order.Lease), (result.Message, result.Lease));
        Assert.Equal(1, Plane.Releases.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_killed_runner_kills_what_runs_and_tells_nobody()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());

        Assert.Equal(137, await Runner.KillAsync());
        Assert.Equal(TimeSpan.Zero, await sandbox.StopAsync());
        Assert.Equal(0, Plane.Releases.Count + Plane.Finishes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restarted_runner_sweeps_presents_its_old_session_and_hands_its_leases_back_before_it_claims()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        await Runner.KillAsync();
        var (enrolments, claims) = (Plane.Enrolments.Count, Plane.Claims.Count);
        var seen = (-1, -1);
        Sandboxes.Sweep = () =>
        {
            seen = (Plane.Enrolments.Count, Plane.Claims.Count);
            return Task.CompletedTask;
        };
        Plane.TransferredLeases = [sandbox.Order.Lease];
        Plane.Enrolments.Clear();
        await RestartAsync();

        var enrolment = await Plane.Enrolments.NextAsync();
        var release = await Plane.Releases.NextAsync();
        Assert.Equal($"{1:x24}", Assert.Single(Sandboxes.Swept));
        Assert.Equal((enrolments, claims), seen);
        Assert.Equal(new PreviousSession { SessionId = $"{1:x24}", Credential = "credential-1" }, enrolment.Previous);
        Assert.Equal([sandbox.Order.Lease], release.Leases);
        Assert.False(release.Leaving);
        await StartedAsync(TaskAssignments.New());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_whose_old_programs_can_not_be_ended_yet_does_not_enrol()
    {
        await Plane.Claims.NextAsync();
        await Runner.KillAsync();
        Sandboxes.Sweep = () => throw new SandboxException("engine away", isTransient: true);
        await RestartAsync();
        await Time.WaitForTimerAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(1));
        Assert.Equal(1, Plane.Enrolments.Count);

        Sandboxes.Sweep = () => Task.CompletedTask;
        Time.Advance(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_that_shut_down_cleanly_begins_anew()
    {
        await Plane.Claims.NextAsync();
        await Plane.Enrolments.NextAsync();
        await Runner.DrainAsync();
        Assert.Equal(0, await Runner.Exit);

        await RestartAsync();
        Assert.Null((await Plane.Enrolments.NextAsync()).Previous);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_session_that_the_control_plane_forgot_ends_what_runs_and_is_followed_by_another()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        await Plane.Enrolments.NextAsync();
        Plane.ExpireSession(session: 1);
        await AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, await sandbox.StopAsync());
        await sandbox.Removed;
        await AdvanceAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(1));

        Assert.Equal("credential-1", (await Plane.Enrolments.NextAsync()).Previous?.Credential);
        var next = await StartedAsync(TaskAssignments.New());
        next.End(0);
        await Plane.Finishes.NextAsync();
        Assert.Equal([$"{1:x24}"], Sandboxes.Swept);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wrong_cluster_token_ends_the_runner_with_a_code_of_its_own()
    {
        await using var runner = new RunnerFixture(
            Plane, Sandboxes, Folder.FullName, Time, options => options with { ClusterToken = "wrong" });

        Assert.Equal(4, await runner.Exit);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unexpected_error_ends_it_with_the_code_that_starts_it_again()
    {
        await Plane.Claims.NextAsync();
        await Runner.KillAsync();
        Sandboxes.Sweep = () => throw new InvalidOperationException("nobody thought of this");
        await RestartAsync();

        Assert.Equal(ExitCodes.TempFail, await Runner.Exit);
        Assert.Equal(1, Plane.Enrolments.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_control_plane_that_is_away_at_the_start_is_waited_for()
    {
        await Plane.Claims.NextAsync();
        await Runner.KillAsync();
        Plane.Enrolments.Clear();
        Plane.Fail("enrol", 502);
        await RestartAsync();
        await Plane.Enrolments.NextAsync();
        Plane.Recover("enrol");
        await AdvanceAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(1));

        await Plane.Claims.NextAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_runners_with_one_state_folder_do_not_share_a_session()
    {
        await Plane.Enrolments.NextAsync();
        await using var second = Start();

        Assert.Null((await Plane.Enrolments.NextAsync()).Previous);
        Assert.Equal(2, Folder.GetDirectories().Length);
    }
}
