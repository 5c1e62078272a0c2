using System.Threading.Channels;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>On each engine: what never changes reaches a grain, and comes back from it, without a copy.</summary>
public sealed class ImmutableMessageTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_poll_that_was_parked_is_delivered_as_the_same_instance()
    {
        var grains = silo.Get<IGrainFactory>();
        var cluster = grains.GetGrain<IClusterDispatchGrain>("0123456789abcdef01234567");
        var watcher = new FakePollObserver();
        var poll = new Poll { SessionId = "session", ClaimKey = "key", Wanted = 1, Labels = LabelSet.None };

        await cluster.Park(grains.CreateObjectReference<IPollObserver>(watcher), [poll]);
        await cluster.Drain("session");

        var delivery = Assert.Single(await watcher.Delivered.Reader.ReadAsync());
        Assert.Same(poll, delivery.Poll);
        Assert.True(delivery.Drain);
    }

    private sealed class FakePollObserver : IPollObserver
    {
        public Channel<Delivery[]> Delivered { get; } = Channel.CreateUnbounded<Delivery[]>();

        public Task Deliver(Delivery[] deliveries) => Delivered.Writer.WriteAsync(deliveries).AsTask();
    }
}
