using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>Fencing by leases, and their end (I5, I6, W3, W4).</summary>
public sealed class LeaseFencingTests : RunnerTestBase
{
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(20);

    [Fact(Timeout = 30_000)]
    public async Task A_program_starts_only_after_a_renewal_that_was_sent_after_the_claim()
    {
        var answer = new TaskCompletionSource<int>();
        Plane.Interceptors["heartbeat"] = _ => answer.Task;
        Plane.Offer(TaskAssignments.New());
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Created;
        await Plane.Heartbeats.NextAsync();
        Assert.False(sandbox.Started.IsCompleted);

        answer.SetResult(0);
        await sandbox.Started;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_that_was_lost_before_it_was_confirmed_starts_nothing()
    {
        var order = TaskAssignments.New();
        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "lost";
        Plane.Offer(order);

        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Removed;
        Assert.False(sandbox.Started.IsCompleted);
        Assert.Equal(0, Plane.Finishes.Count + Plane.Releases.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task All_leases_are_renewed_in_one_call_every_third_of_a_lease()
    {
        var (first, second) = (TaskAssignments.New(), TaskAssignments.New());
        await RunningAsync(first, second);
        await AdvanceAsync(Third);

        var beat = await Plane.Heartbeats.NextAsync();
        Assert.Equal([first.Lease, second.Lease], beat.Leases.Select(report => report.Lease).OrderBy(l => l.TaskId));
    }

    [Fact(Timeout = 30_000)]
    public async Task That_a_program_has_started_is_told_soon()
    {
        await StartedAsync(TaskAssignments.New());

        await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat => Assert.Single(beat.Leases).Phase == "running"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_that_can_not_be_renewed_ends_its_program_before_it_ends_itself_and_nothing_is_reported()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.IgnoresTerm = true;
        await Time.WaitForTimerAsync(Third);
        Plane.Fail("heartbeat", 500);
        await AdvanceAsync(TimeSpan.FromSeconds(50));

        Assert.Equal(TimeSpan.FromSeconds(5), await sandbox.StopAsync());
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        await sandbox.Removed;
        Assert.Equal(0, Plane.Finishes.Count + Plane.Releases.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_short_lease_is_fenced_a_third_before_its_end()
    {
        Plane.Lease = TimeSpan.FromSeconds(12);
        var sandbox = await RunningAsync(TaskAssignments.New());
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(4));
        Plane.Fail("heartbeat", 500);
        await AdvanceAsync(TimeSpan.FromSeconds(8));

        Assert.Equal(TimeSpan.FromSeconds(2), await sandbox.StopAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_renewal_that_fails_is_tried_again_long_before_the_fence()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        await Time.WaitForTimerAsync(Third);
        Plane.Fail("heartbeat", 503);
        Time.Advance(Third);
        await Plane.Heartbeats.NextAsync();
        Plane.Recover("heartbeat");
        await AdvanceAsync(wait => wait > TimeSpan.Zero && wait < TimeSpan.FromSeconds(3));
        await Plane.Heartbeats.NextAsync();

        await AdvanceAsync(Third);
        await Plane.Heartbeats.NextAsync();
        Assert.False(sandbox.Removed.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task W3_a_lost_lease_kills_its_program_at_once_and_nothing_is_reported()
    {
        var order = TaskAssignments.New();
        var sandbox = await RunningAsync(order);
        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "lost";
        await AdvanceAsync(Third);

        Assert.Equal(TimeSpan.Zero, await sandbox.StopAsync());
        await sandbox.Removed;
        Assert.Equal(0, Plane.Finishes.Count + Plane.Releases.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task W4_a_cancelled_task_is_stopped_with_grace_and_finished_as_cancelled()
    {
        var order = TaskAssignments.New();
        var sandbox = await RunningAsync(order);
        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "stop";
        await AdvanceAsync(Third);

        Assert.Equal(TimeSpan.FromSeconds(30), await sandbox.StopAsync());
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        Assert.Equal(("cancelled", "Cancelled via API."), (result.Status, result.Message));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancel_comes_with_the_poll_too()
    {
        var order = TaskAssignments.New();
        var sandbox = await RunningAsync(order);
        Plane.CancelTask(order.Lease);

        await sandbox.StopAsync();
        Assert.Equal("cancelled", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancel_before_the_start_starts_nothing_and_is_finished_as_cancelled()
    {
        var order = TaskAssignments.New();
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken);
        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "stop";
        Plane.Offer(order);

        var sandbox = await Sandboxes.NextAsync();
        Assert.Equal("cancelled", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        Assert.False(sandbox.Created.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_that_is_lost_while_its_program_takes_its_time_to_stop_kills_it()
    {
        var order = TaskAssignments.New();
        var sandbox = await RunningAsync(order);
        sandbox.IgnoresTerm = true;
        Plane.CancelTask(order.Lease);
        Assert.Equal(TimeSpan.FromSeconds(30), await sandbox.StopAsync());

        Plane.Statuses[("heartbeat", order.Lease.TaskId)] = "lost";
        await AdvanceAsync(Third);
        Assert.Equal(TimeSpan.Zero, await sandbox.StopAsync());
        await sandbox.Removed;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_heartbeat_tells_where_the_task_stands()
    {
        var pulled = new TaskCompletionSource();
        Sandboxes.Configure = sandbox =>
        {
            sandbox.IsPulling = true;
            sandbox.OnPrepare = _ => pulled.Task;
        };
        Plane.Offer(TaskAssignments.New());
        var sandbox = await Sandboxes.NextAsync();
        var preparing = await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat => Assert.Single(beat.Leases).Phase == "preparing"));
        sandbox.IsPulling = false;
        pulled.SetResult();
        await sandbox.Started;

        var running = await AdvanceUntilAsync(Plane.Heartbeats.NextAsync(beat => Assert.Single(beat.Leases).Phase == "running"));
        Assert.Null(preparing.Leases[0].Digest);
        Assert.Equal("sha256:0123", running.Leases[0].Digest);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_heartbeat_carries_the_newest_progress_once()
    {
        var sandbox = await RunningAsync(TaskAssignments.New());
        sandbox.Progress = "10 begun\nnonsense\n40 half \u001b[31mway\n101 too much\n";
        await AdvanceAsync(TimeSpan.FromSeconds(10));
        var heard = Plane.Heartbeats.NextAsync(beat => beat.Leases.Any(lease => lease.Percent is not null));

        // Where the renewal that was due went before the look, what that saw follows soon.
        var soon = TimeSpan.FromSeconds(2);
        if (await Task.WhenAny(heard, Time.WaitForTimerAsync(soon)) != heard)
        {
            Time.Advance(soon);
        }

        var told = Assert.Single((await heard).Leases);
        await AdvanceAsync(Third);

        var next = Assert.Single((await Plane.Heartbeats.NextAsync()).Leases);
        Assert.Equal((40, "half way"), (told.Percent, told.Message));
        Assert.Equal((null, null), (next.Percent, next.Message));
    }
}
