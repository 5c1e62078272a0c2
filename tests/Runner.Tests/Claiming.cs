using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Tests.Support;

namespace Orleans.Hybrid.Runner.Tests;

/// <summary>When a runner asks for work, and for how much (L2, L5, F16).</summary>
public sealed class Claiming : RunnerTest
{
    protected override RunnerOptions With(RunnerOptions options) => options with { Slots = 4 };

    [Fact(Timeout = 30_000)]
    public async Task A_claim_whose_answer_was_lost_is_repeated_under_the_same_key()
    {
        var first = await Plane.Claims.NextAsync();
        var order = Orders.New();
        Plane.Before["claim"] = context =>
        {
            Plane.Heal("claim");
            context.Abort();
            return Task.FromResult(500);
        };
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        sandbox.End(0);
        await Plane.Finishes.NextAsync();

        var lost = await Plane.Claims.NextAsync();
        await PassAsync(wait => wait > TimeSpan.FromSeconds(0.1) && wait < TimeSpan.FromSeconds(1));
        var again = await Plane.Claims.NextAsync();
        Assert.Equal(4, first.Wanted);
        Assert.NotEqual(first.ClaimKey, lost.ClaimKey);
        Assert.Equal((lost.ClaimKey, false, true), (again.ClaimKey, lost.Repeated, again.Repeated));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_runner_asks_for_orders_only_and_for_work_as_soon_as_a_slot_is_free()
    {
        Plane.Offer(Orders.New(), Orders.New(), Orders.New(), Orders.New());
        Assert.Equal(4, (await Plane.Claims.NextAsync()).Wanted);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await Plane.Claims.NextAsync()).Wanted);

        sandbox.End(0);
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);
    }

    [Fact(Timeout = 30_000)]
    public async Task While_what_runs_the_tasks_is_away_leases_are_handed_back_and_nothing_is_claimed()
    {
        Sandboxes.Script = sandbox => sandbox.Preparing = _ => throw new SandboxException("engine away", passing: true);
        var order = Orders.New();
        Plane.Offer(order);
        await (await Sandboxes.NextAsync()).Removed;
        var release = await Plane.Releases.NextAsync();
        Assert.Equal([order.Lease], release.Leases);
        Assert.False(release.Leaving);

        Plane.Offer(Orders.New());
        await Time.Armed(TimeSpan.FromSeconds(1));
        Assert.False(Sandboxes.NextAsync().IsCompleted);
        Assert.Equal(0, Plane.Finishes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_pause_one_task_is_tried_before_all_slots_are_filled()
    {
        Sandboxes.Script = sandbox => sandbox.Starting = _ => throw new SandboxException("engine away", passing: true);
        Plane.Offer(Orders.New());
        await Sandboxes.NextAsync();
        await Plane.Releases.NextAsync();
        Plane.Claims.Clear();
        Sandboxes.Script = _ => { };
        await PassAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);

        await StartedAsync(Orders.New());
        await StartedAsync(Orders.New());
        await Plane.Claims.NextAsync(claim => claim.Wanted == 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_whose_engine_was_lost_while_it_ran_is_neither_reported_nor_handed_back()
    {
        var sandbox = await StartedAsync(Orders.New());
        sandbox.Break(new SandboxException("engine lost", passing: true));

        await sandbox.Removed;
        await PassAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 1);
        Assert.Equal(0, Plane.Finishes.Count + Plane.Releases.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_control_plane_that_asks_to_be_left_alone_is_left_alone()
    {
        await Plane.Claims.NextAsync();
        Plane.Before["claim"] = context =>
        {
            context.Response.Headers.RetryAfter = "17";
            return Task.FromResult(503);
        };
        var sandbox = await StartedAsync(Orders.New());
        sandbox.End(0);
        await Plane.Claims.NextAsync();

        var wait = await Time.Armed(wait => wait > TimeSpan.FromSeconds(16) && wait < TimeSpan.FromSeconds(19));
        Assert.InRange(wait, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(18));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_without_work_that_comes_at_once_is_not_followed_by_a_claim_at_once()
    {
        await Plane.Claims.NextAsync();
        var sandbox = await StartedAsync(Orders.New());
        await Plane.Claims.NextAsync();
        Plane.Stop(sandbox.Order.Lease with { Attempt = 9 });

        await Time.Armed(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Plane.Claims.Count);
    }
}
