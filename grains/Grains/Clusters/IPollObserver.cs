using Orleans.Concurrency;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>One silo's HTTP side, where polls are parked.</summary>
[Alias("hybrid.poll-observer")]
public interface IPollObserver : IGrainObserver
{
    /// <summary>Completes polls. Leases for a poll that has ended are released by the observer, without loss.</summary>
    [OneWay]
    [Alias("deliver")]
    Task Deliver(IReadOnlyList<Delivery> deliveries);
}

/// <summary>What came up for one poll: leases, leases to stop, the order to drain, or the end of its session.</summary>
public sealed record Delivery
{
    /// <summary>The poll.</summary>
    public required Poll Poll { get; init; }

    /// <summary>Tasks now leased to the poll's session.</summary>
    public IReadOnlyList<LeaseFence> Leases { get; init; } = [];

    /// <summary>Leases whose tasks are to be stopped.</summary>
    public IReadOnlyList<LeaseFence> Stop { get; init; } = [];

    /// <summary>True when the runner is to drain.</summary>
    public bool Drain { get; init; }

    /// <summary>True when the session is over.</summary>
    public bool Ended { get; init; }
}
