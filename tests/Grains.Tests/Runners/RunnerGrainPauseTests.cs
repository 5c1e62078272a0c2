using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;

namespace OrleansHybrid.Grains.Tests.Runners;

/// <summary>A paused runner stays connected, hears orders, and is passed by.</summary>
public sealed class RunnerGrainPauseTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_parked_poll_of_a_paused_runner_stays_and_gets_work_once_it_is_resumed()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, held, other) = (ground.NewObserver(), await ground.PollAsync(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [held, other]);

        Assert.Null((await RunnerOf(ground, held).Pause()).Problem);
        await ground.QueueAndOfferAsync();
        Assert.Equal(other, (await edge.NextAsync()).Poll);
        var queued = await ground.QueueAndOfferAsync();
        await ground.ClusterGrain.Park(edge.Reference, [held]);
        Assert.Equal((true, 0), (edge.IsEmpty, await LeasesAsync(ground, held)));
        Assert.Null((await RunnerOf(ground, held).Resume()).Problem);

        var delivery = await edge.NextAsync();
        Assert.Equal((held, queued[0].Id), (delivery.Poll, Assert.Single(delivery.Leases).Task));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_paused_before_the_grain_activates_is_paused_in_it_too()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, held, other) = (ground.NewObserver(), await ground.PollAsync(), await ground.PollAsync());
        await ground.Runners.SetPausedAsync(held.SessionId, true, default);
        await ground.QueueAsync(2);

        await ground.ClusterGrain.Park(edge.Reference, [held, other]);

        Assert.Equal(other, (await edge.NextAsync()).Poll);
        await ground.Grains.GetGrain<IRunnerGrain>(held.SessionId).Resume();
        Assert.Equal(held, (await edge.NextAsync()).Poll);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_paused_runner_hears_that_it_is_to_drain()
    {
        await using var ground = await GrainFixture.StartAsync();
        var (edge, held) = (ground.NewObserver(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [held]);
        await RunnerOf(ground, held).Pause();

        await RunnerOf(ground, held).Drain();

        Assert.Equal((held, true), (await edge.NextAsync() is var order ? (order.Poll, order.Drain) : default));
        Assert.Contains("is draining", (await RunnerOf(ground, held).Resume()).Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task L3_nothing_is_claimed_after_a_pause_was_acknowledged()
    {
        await using var ground = await GrainFixture.StartAsync();
        var edge = ground.NewObserver();
        for (var round = 0; round < 50; round++)
        {
            var poll = await ground.PollAsync();
            var queuing = ground.QueueAndOfferAsync();
            var parking = ground.ClusterGrain.Park(edge.Reference, [poll]);
            await RunnerOf(ground, poll).Pause();
            var held = await LeasesAsync(ground, poll);
            await Task.WhenAll(queuing, parking);

            await ground.QueueAndOfferAsync();
            await ground.ClusterGrain.Park(edge.Reference, [poll with { ClaimKey = $"again {round}" }]);

            Assert.Equal(held, await LeasesAsync(ground, poll));
        }
    }

    private static IRunnerGrain RunnerOf(GrainFixture ground, Poll poll) => ground.Grains.GetGrain<IRunnerGrain>(poll.SessionId);

    private static async Task<int> LeasesAsync(GrainFixture ground, Poll poll) =>
        (await ground.Runners.ListAsync(GrainFixture.Cluster, default)).Single(runner => runner.Session.Id == poll.SessionId).Leases;
}
