using Orleans.Serialization;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>Grain messages as Orleans carries them: between silos as bytes, within one as they are.</summary>
public sealed class MessageSerializationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly LabelSet Gpu = LabelSet.Of(["zone=eu-1", "gpu"]);
    private static readonly LeaseFence Fence = new(new TaskId("0123456789abcdef01234567"), 3, "token", "session");
    private static readonly LaneAvailability Offer = new() { Lane = 7, Priority = 2, RequiredLabels = Gpu, Rescan = true };

    private static readonly Delivery Delivery = new()
    {
        Poll = new Poll { SessionId = "session", ClaimKey = "key", Wanted = 5, Labels = Gpu },
        Leases = [Fence],
        Stop = [Fence, Fence with { Attempt = 4 }],
        Drain = true,
    };

    [Fact]
    public void Messages_arrive_at_another_silo()
    {
        LaneAvailability[] offers = [Offer, new() { Lane = 8, Priority = 0, RequiredLabels = LabelSet.None }];

        var carried = Assert.Single(Carried<Delivery[]>([Delivery]));

        Assert.Equal((Delivery.Poll, Delivery.Drain, Delivery.Ended), (carried.Poll, carried.Drain, carried.Ended));
        Assert.Equal(Delivery.Leases, carried.Leases);
        Assert.Equal(Delivery.Stop, carried.Stop);
        Assert.Equal(offers, Carried(offers));
        Assert.Empty(Carried<LaneAvailability[]>([]));
        Assert.Equal(new RunnerCommandResult(), Carried(new RunnerCommandResult()));
    }

    [Fact]
    public void Values_of_the_domain_and_of_the_launchers_arrive_at_another_silo()
    {
        var (address, now) = (new CallerAddress("192.0.2.1", "192.0.2.2"), DateTimeOffset.UnixEpoch);
        RejectedCalls[] calls = [new(address, "ci", "secret", 7, now, now.AddSeconds(1))];
        var batch = new ProviderCommandBatch([new ProviderCommand(ProviderAction.Poll, "launch", 2, "label", 17)], TimeSpan.FromSeconds(5));

        Assert.Equal(Fence, Carried(Fence));
        Assert.Equal(new DomainError(ErrorKind.Stale, "too late"), Carried(new DomainError(ErrorKind.Stale, "too late")));
        Assert.Equal(calls, Carried(calls));
        Assert.Equal((batch.Commands[0], batch.UntilNextPoll), (Carried(batch).Commands[0], Carried(batch).UntilNextPoll));
    }

    [Fact]
    public void Within_a_silo_nothing_of_ours_is_copied()
    {
        var copier = silo.Get<DeepCopier>();

        Assert.Same(Fence, copier.Copy(Fence));
        Assert.Same(Offer, copier.Copy(Offer));
        Assert.Same(Delivery, copier.Copy(Delivery));
    }

    private T Carried<T>(T value)
    {
        var serializer = silo.Get<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
