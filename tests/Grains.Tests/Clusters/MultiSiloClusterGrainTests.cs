using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains.Tests.Clusters;

/// <summary>A cluster whose tasks, polls and grain are on different silos.</summary>
public sealed class MultiSiloClusterGrainTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_task_that_is_queued_at_one_silo_goes_to_a_poll_that_is_parked_at_another(int silos)
    {
        await using var ground = await GrainFixture.StartAsync(silos);
        foreach (var (queues, waits) in Enumerable.Range(0, silos).Select(silo => (silo, (silo + 1) % silos)))
        {
            var (edge, poll) = (new FakePollObserver(ground.GrainsOf(waits)), await ground.PollAsync());
            await ground.GrainsOf(waits).GetGrain<IClusterDispatchGrain>(GrainFixture.Cluster).Park(edge.Reference, [poll]);

            var queued = await ground.QueueAndOfferFromAsync(queues);

            var delivery = await edge.NextAsync();
            Assert.Equal((poll, queued[0].Id), (delivery.Poll, Assert.Single(delivery.Leases).Task));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_stops_hands_on_its_clusters()
    {
        await using var ground = await GrainFixture.StartAsync(silos: 3);
        var (edge, poll) = (ground.NewObserver(), await ground.PollAsync());
        await ground.ClusterGrain.Park(edge.Reference, [poll]);
        var before = await ground.FindHostAsync(ground.ClusterGrain);
        var stays = before == 0 ? 1 : 0;

        await ground.StopAsync(before);
        var (heir, next) = (new FakePollObserver(ground.GrainsOf(stays)), await ground.PollAsync());
        var cluster = ground.GrainsOf(stays).GetGrain<IClusterDispatchGrain>(GrainFixture.Cluster);
        await cluster.Park(heir.Reference, [next]);
        var queued = await ground.QueueAndOfferFromAsync(stays);

        Assert.Equal(queued[0].Id, Assert.Single((await heir.NextAsync()).Leases).Task);
        Assert.NotEqual(before, await ground.FindHostAsync(cluster, silo: stays));
    }
}
