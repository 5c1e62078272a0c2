using Orleans.Serialization;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>What grains are told, as Orleans carries it: between silos as bytes, within one as it is.</summary>
public sealed class MessageSerializationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly LabelSet Gpu = LabelSet.Of(["zone=eu-1", "gpu"]);
    private static readonly LeaseFence Fence = new(new TaskId("0123456789abcdef01234567"), 3, "token", "session");

    [Fact]
    public void Lists_that_the_compiler_makes_arrive_at_another_silo()
    {
        IEnumerable<LaneAvailability> offers = new HashSet<LaneAvailability> { new(7, 2, Gpu, Rescan: true), new(8, 0, LabelSet.None, Rescan: false) };
        IReadOnlyList<LaneAvailability> many = [.. offers];
        IReadOnlyList<LaneAvailability> one = [new(9, 1, Gpu, Rescan: true)];

        Assert.Equal(many, Carried(many));
        Assert.Equal(one, Carried(one));
        Assert.Empty(Carried<IReadOnlyList<LaneAvailability>>([]));
    }

    [Fact]
    public void Deliveries_leases_and_answers_arrive_at_another_silo()
    {
        var delivery = new Delivery
        {
            Poll = new Poll("session", "key", 5, Gpu),
            Leases = [Fence],
            Stop = [Fence, Fence with { Attempt = 4 }],
            Drain = true,
        };

        var carried = Assert.Single(Carried<IReadOnlyList<Delivery>>([delivery]));

        Assert.Equal((delivery.Poll, delivery.Drain), (carried.Poll, carried.Drain));
        Assert.Equal(delivery.Leases, carried.Leases);
        Assert.Equal(delivery.Stop, carried.Stop);
        Assert.Equal(Fence, Carried(Fence));
        Assert.Equal(new RunnerCommandResult(null), Carried(new RunnerCommandResult(null)));
    }

    [Fact]
    public void Within_a_silo_nothing_of_ours_is_copied()
    {
        var copier = silo.Get<DeepCopier>();
        IReadOnlyList<LaneAvailability> offers = [new(9, 1, Gpu, Rescan: true)];

        Assert.Same(Fence, copier.Copy(Fence));
        Assert.Same(offers, copier.Copy(offers));
    }

    private T Carried<T>(T value)
    {
        var serializer = silo.Get<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
