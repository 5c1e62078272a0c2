using Orleans.Concurrency;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>Brings the waiting tasks and the waiting runners of one cluster together. Keyed by cluster id.</summary>
[Alias("hybrid.cluster-dispatch")]
public interface IClusterDispatchGrain : IGrainWithStringKey
{
    /// <summary>Tasks wait in these lanes. May be lost: the lane reconciler sends it again.</summary>
    [OneWay]
    [Alias("offer")]
    Task Offer(IReadOnlyList<LaneAvailability> lanes);

    /// <summary>
    /// Registers a silo's pending polls. Returns at once; leases are delivered to the observer. Registering a poll again keeps its
    /// position, and a newer poll of the same session replaces the older one.
    /// </summary>
    [Alias("park")]
    Task Park(IPollObserver observer, IReadOnlyList<Poll> polls);

    /// <summary>These polls have ended at the edge.</summary>
    [OneWay]
    [Alias("withdraw")]
    Task Withdraw(IReadOnlyList<Poll> polls);

    /// <summary>The session claims no more; its parked poll is ended with the order to drain. Done when this returns.</summary>
    [Alias("drain")]
    Task Drain(string sessionId);

    /// <summary>The session claims nothing until it is resumed; its poll stays, for orders. Done when this returns.</summary>
    [Alias("pause")]
    Task Pause(string sessionId);

    /// <summary>The session may claim again, also with the poll that is parked now.</summary>
    [Alias("resume")]
    Task Resume(string sessionId);

    /// <summary>The session is over; its pending poll is rejected. May be lost: the poll gets nothing, and ends by itself.</summary>
    [OneWay]
    [Alias("end")]
    Task End(string sessionId);

    /// <summary>The session that holds this lease is to stop the task. May be lost: the next heartbeat repeats it.</summary>
    [OneWay]
    [Alias("stop")]
    Task Stop(LeaseFence lease);
}

/// <summary>
/// A lane and priority in which tasks wait, and what a runner must have to take from it; <see cref="Rescan"/> when they may stand
/// before the cursor.
/// </summary>
public sealed record LaneAvailability(long Lane, int Priority, LabelSet RequiredLabels, bool Rescan);

/// <summary>A runner's long poll: whose it is, its claim key, how many tasks it would take (0: orders only), and its labels.</summary>
public sealed record Poll(string SessionId, string ClaimKey, int Wanted, LabelSet Labels);
