using Orleans.Concurrency;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>One silo's HTTP side, where polls are parked.</summary>
[Alias("hybrid.poll-observer")]
public interface IPollObserver : IGrainObserver
{
    /// <summary>Completes polls. Leases for a poll that has ended are released by the observer, without loss.</summary>
    [OneWay]
    [Alias("deliver")]
    Task Deliver([Immutable] Delivery[] deliveries);
}

/// <summary>What came up for one poll: leases, leases to stop, the order to drain, or the end of its session.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.delivery")]
public sealed record Delivery
{
    /// <summary>The poll.</summary>
    [Id(0)]
    public required Poll Poll { get; init; }

    /// <summary>Tasks now leased to the poll's session.</summary>
    [Id(1)]
    public LeaseFence[] Leases { get; init; } = [];

    /// <summary>Leases whose tasks are to be stopped.</summary>
    [Id(2)]
    public LeaseFence[] Stop { get; init; } = [];

    /// <summary>True when the runner is to drain.</summary>
    [Id(3)]
    public bool Drain { get; init; }

    /// <summary>True when the session is over.</summary>
    [Id(4)]
    public bool Ended { get; init; }

    /// <summary>The tasks of <see cref="Leases"/> as the claim read them, as far as a message can hold them; the observer reads the others.</summary>
    [Id(5)]
    public LeasedTask[] Work { get; init; } = [];

    /// <summary>When the claim was begun, by the clock of the silo that made it: since then at the latest, the leases of <see cref="Work"/> grow old.</summary>
    [Id(6)]
    public DateTimeOffset AskedAt { get; init; }
}
