using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>Claims of a runner while its engine is away, and after that (L2, F7).</summary>
public sealed class EngineOutageTests : RunnerTestBase
{
    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { Slots = 5 };

    [Fact(Timeout = 30_000)]
    public async Task While_the_engine_is_away_leases_are_released_and_nothing_is_claimed()
    {
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = _ => throw new SandboxException("engine away", isTransient: true);
        var order = TaskAssignments.New();
        Plane.Offer(order);
        await (await Sandboxes.NextAsync()).Removed;
        var release = await Plane.Releases.NextAsync();
        Assert.Equal([order.Lease], release.Leases);
        Assert.False(release.Leaving);

        Plane.Offer(TaskAssignments.New());
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        Assert.False(Sandboxes.NextAsync().IsCompleted);
        Assert.Equal(0, Plane.Finishes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_pause_one_task_is_tried_before_all_slots_are_filled()
    {
        var engine = new TaskCompletionSource();
        Sandboxes.Configure = sandbox => sandbox.OnStart = _ => engine.Task;
        Plane.Offer(TaskAssignments.New());
        await Sandboxes.NextAsync();
        await Plane.Claims.NextAsync(claim => claim.Wanted == 4);
        Sandboxes.Configure = _ => { };
        engine.SetException(new SandboxException("engine away", isTransient: true));
        await Plane.Releases.NextAsync();
        await AdvanceAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);

        // The claim that is open then may still ask for one; and the first task's slot is free again soon, whatever comes between.
        await (await StartedAsync(TaskAssignments.New())).ExitAwaited;
        await StartedAsync(TaskAssignments.New());
        await Plane.Claims.NextAsync(claim => claim.Wanted > 1);
        Plane.Offer(TaskAssignments.New(), TaskAssignments.New(), TaskAssignments.New());
        for (var more = 0; more < 3; more++)
        {
            await (await Sandboxes.NextAsync()).Started;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_whose_engine_was_lost_while_it_ran_is_neither_reported_nor_released()
    {
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.Fail(new SandboxException("engine lost", isTransient: true));

        await sandbox.Removed;
        await AdvanceAsync(wait => wait >= TimeSpan.FromSeconds(0.5) && wait < TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 1);
        Assert.Equal(0, Plane.Finishes.Count + Plane.Releases.Count);
    }
}
