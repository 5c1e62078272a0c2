using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>What a runner claims while what runs its tasks is away, and after that (L2, F7).</summary>
public sealed class ShortOfAnEngine : RunnerTest
{
    protected override RunnerOptions With(RunnerOptions options) => options with { Slots = 5 };

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
        var engine = new TaskCompletionSource();
        Sandboxes.Script = sandbox => sandbox.Starting = _ => engine.Task;
        Plane.Offer(Orders.New());
        await Sandboxes.NextAsync();
        await Plane.Claims.NextAsync(claim => claim.Wanted == 4);
        Sandboxes.Script = _ => { };
        engine.SetException(new SandboxException("engine away", passing: true));
        await Plane.Releases.NextAsync();
        await PassAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);

        // The claim that is open then may still ask for one; and the first task's slot is free again soon, whatever comes between.
        await (await StartedAsync(Orders.New())).Watched;
        await StartedAsync(Orders.New());
        await Plane.Claims.NextAsync(claim => claim.Wanted > 1);
        Plane.Offer(Orders.New(), Orders.New(), Orders.New());
        for (var more = 0; more < 3; more++)
        {
            await (await Sandboxes.NextAsync()).Started;
        }
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
}
