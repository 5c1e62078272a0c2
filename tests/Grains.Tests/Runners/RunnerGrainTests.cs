using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Grains.Tests.Runners;

/// <summary>Orders reach runners: to drain, and to stop a task.</summary>
public sealed class RunnerGrainTests
{
    [Fact(Timeout = 30_000)]
    public async Task L3_a_drain_ends_the_parked_poll_and_later_claims_get_nothing()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        var answer = await ground.Grains.GetGrain<IRunnerGrain>(poll.SessionId).Drain();

        Assert.Null(answer.Problem);
        Assert.True((await edge.NextAsync()).Drain);
        var other = await ground.PollAsync();
        await ground.ClusterGrain.Park(edge.Reference, [poll, other]);
        await ground.QueueAndOfferAsync(2);
        Assert.Equal((poll, true), await NextCommandAsync(edge));
        Assert.Equal((other, false), await NextCommandAsync(edge));

        // It finishes what it has, and has to hear of what is cancelled meanwhile.
        var listens = poll with { ClaimKey = "orders only", Wanted = 0 };
        await ground.ClusterGrain.Park(edge.Reference, [listens]);
        await ground.Grains.GetGrain<IRunnerGrain>(poll.SessionId).End();
        Assert.Equal((listens, false), await NextCommandAsync(edge));
    }

    [Fact(Timeout = 30_000)]
    public async Task S8_an_end_rejects_the_parked_poll_and_any_that_comes_later()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [poll]);

        await ground.Grains.GetGrain<IRunnerGrain>(poll.SessionId).End();

        Assert.True((await edge.NextAsync()).Ended);
        await ground.ClusterGrain.Park(edge.Reference, [poll with { ClaimKey = "late" }]);
        Assert.True((await edge.NextAsync()).Ended);
    }

    [Fact(Timeout = 60_000)]
    public async Task F29_nothing_is_claimed_after_a_drain_was_acknowledged()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        for (var round = 0; round < 50; round++)
        {
            var poll = await ground.PollAsync();
            var queuing = ground.QueueAndOfferAsync();
            var parking = ground.ClusterGrain.Park(edge.Reference, [poll]);
            await ground.Grains.GetGrain<IRunnerGrain>(poll.SessionId).Drain();
            var held = await Leases(ground, poll.SessionId);
            await Task.WhenAll(queuing, parking);

            await ground.QueueAndOfferAsync();
            await ground.ClusterGrain.Park(edge.Reference, [poll with { ClaimKey = $"again {round}" }]);

            Assert.Equal(held, await Leases(ground, poll.SessionId));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_session_that_does_not_exist_is_named_in_the_answer()
    {
        await using var ground = await GrainFixture.StartAsync();

        var answer = await ground.Grains.GetGrain<IRunnerGrain>("nobody").Drain();

        Assert.Equal("there is no runner session nobody", answer.Problem);
    }

    [Fact(Timeout = 30_000)]
    public async Task Cancelling_a_leased_task_tells_its_runner_to_stop_it()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());
        var queued = await ground.QueueAndOfferAsync();
        await ground.ClusterGrain.Park(edge.Reference, [poll]);
        var lease = Assert.Single((await edge.NextAsync()).Leases);
        await ground.ClusterGrain.Park(edge.Reference, [poll with { ClaimKey = "next", Wanted = 0 }]);

        var found = await ground.Grains.GetGrain<ITaskControlGrain>(queued[0].Id.Value).Cancel(GrainFixture.Project);

        Assert.True(found);
        Assert.Equal(lease, Assert.Single((await edge.NextAsync()).Stop));
        var task = await ground.Tasks.FindAsync(GrainFixture.Project, queued[0].Id, default);
        Assert.Equal((TaskPhase.Cancelled, true), (task!.State.Phase, task.State.Lease!.Stopping));
    }

    [Fact(Timeout = 30_000)]
    public async Task I9_a_task_of_another_project_is_not_found_and_not_cancelled()
    {
        await using var ground = await GrainFixture.StartAsync();
        var queued = await ground.QueueAsync();

        Assert.False(await ground.Grains.GetGrain<ITaskControlGrain>(queued[0].Id.Value).Cancel("another"));
        Assert.Equal(
            TaskPhase.Queued, (await ground.Tasks.FindAsync(GrainFixture.Project, queued[0].Id, default))!.State.Phase);
    }

    private static async Task<(Poll Poll, bool Drain)> NextCommandAsync(FakePollObserver edge)
    {
        var delivery = await edge.NextAsync();
        return (delivery.Poll, delivery.Drain);
    }

    private static async Task<int> Leases(GrainFixture ground, string session)
    {
        // The list leaves ended sessions out, not draining ones.
        var all = await ground.Runners.ListAsync(GrainFixture.Cluster, default);
        return all.Single(runner => runner.Session.Id == session && runner.Session.Phase == RunnerPhase.Draining).Leases;
    }
}
