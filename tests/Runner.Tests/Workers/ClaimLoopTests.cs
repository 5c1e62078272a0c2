using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Workers;

/// <summary>When a runner asks for work, and for how much (L2, L5, F16).</summary>
public sealed class ClaimLoopTests : RunnerTestBase
{
    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { Slots = 4 };

    [Fact(Timeout = 30_000)]
    public async Task A_claim_whose_answer_was_lost_is_repeated_under_the_same_key()
    {
        var first = await Plane.Claims.NextAsync();
        var order = TaskAssignments.New();
        Plane.Interceptors["claim"] = context =>
        {
            Plane.Recover("claim");
            context.Abort();
            return Task.FromResult(500);
        };
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        sandbox.End(0);
        await Plane.Finishes.NextAsync();

        var lost = await Plane.Claims.NextAsync();
        await AdvanceAsync(wait => wait > TimeSpan.FromSeconds(0.1) && wait < TimeSpan.FromSeconds(1));
        var again = await Plane.Claims.NextAsync();
        Assert.Equal(4, first.Wanted);
        Assert.NotEqual(first.ClaimKey, lost.ClaimKey);
        Assert.Equal((lost.ClaimKey, false, true), (again.ClaimKey, lost.Repeated, again.Repeated));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_runner_polls_for_commands_only_and_for_work_as_soon_as_a_slot_is_free()
    {
        Plane.Offer(TaskAssignments.New(), TaskAssignments.New(), TaskAssignments.New(), TaskAssignments.New());
        Assert.Equal(4, (await Plane.Claims.NextAsync()).Wanted);
        var sandbox = await Sandboxes.NextAsync();
        await sandbox.Started;
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await Plane.Claims.NextAsync()).Wanted);

        sandbox.End(0);
        Assert.Equal(1, (await Plane.Claims.NextAsync()).Wanted);
    }

    [Fact(Timeout = 30_000)]
    public async Task F25_tasks_whose_images_are_late_lend_their_slots_and_take_the_next_that_are_free()
    {
        var images = new TaskCompletionSource();
        var late = await OfferAsync(4, images.Task);
        var others = await OfferAsync(3);
        await Task.WhenAll(others.Select(other => other.Started));
        images.SetResult();

        // One slot is free: one of them has it, and the others wait for those that run.
        await Task.WhenAny(late.Select(each => each.Started));
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        Assert.Single(late, each => each.Started.IsCompleted);
        others.ForEach(other => other.End(0));
        await Task.WhenAll(late.Select(each => each.Started));
        late.ForEach(each => each.End(0));
        await Task.WhenAll(late.Select(each => each.Removed));
    }

    [Fact(Timeout = 30_000)]
    public async Task F25_no_more_slots_are_lent_than_there_are_and_all_are_free_again_when_the_late_ones_have_failed()
    {
        var images = new TaskCompletionSource();
        var late = await OfferAsync(8, images.Task);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);

        images.SetException(new SandboxException("no such image", isTransient: false));
        await Task.WhenAll(late.Select(each => each.Removed));
        var others = await OfferAsync(4);
        await Task.WhenAll(others.Select(other => other.Started));
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await Plane.Claims.NextAsync(claim => claim.Wanted == 0);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_control_plane_that_asks_to_be_left_alone_is_left_alone()
    {
        await Plane.Claims.NextAsync();
        Plane.Interceptors["claim"] = context =>
        {
            context.Response.Headers.RetryAfter = "17";
            return Task.FromResult(503);
        };
        var sandbox = await StartedAsync(TaskAssignments.New());
        sandbox.End(0);
        await Plane.Claims.NextAsync();

        var wait = await Time.WaitForTimerAsync(wait => wait > TimeSpan.FromSeconds(16) && wait < TimeSpan.FromSeconds(19));
        Assert.InRange(wait, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(18));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_without_work_that_comes_at_once_is_not_followed_by_a_claim_at_once()
    {
        await Plane.Claims.NextAsync();
        var sandbox = await StartedAsync(TaskAssignments.New());
        await Plane.Claims.NextAsync();
        Plane.CancelTask(sandbox.Order.Lease with { Attempt = 9 });

        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Plane.Claims.Count);
    }

    /// <summary>Offers tasks and waits until this runner has them, with images that come at once, or late.</summary>
    private async Task<List<FakeSandbox>> OfferAsync(int tasks, Task? late = null)
    {
        Sandboxes.Configure = sandbox => sandbox.OnPrepare = late is null ? _ => Task.CompletedTask : _ =>
        {
            sandbox.OnDelayed();
            return late;
        };
        Plane.Offer([.. Enumerable.Range(0, tasks).Select(_ => TaskAssignments.New())]);
        var sandboxes = new List<FakeSandbox>();
        while (sandboxes.Count < tasks)
        {
            sandboxes.Add(await Sandboxes.NextAsync());
        }

        return sandboxes;
    }
}
