using Orleans.Concurrency;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>Brings the waiting tasks and the waiting runners of one cluster together. Keyed by cluster id.</summary>
[Alias("hybrid.cluster-dispatch")]
public interface IClusterDispatchGrain : IGrainWithStringKey
{
    /// <summary>Tasks wait in these lanes. May be lost: the lane reconciler sends it again.</summary>
    [OneWay]
    [Alias("offer")]
    Task Offer([Immutable] LaneAvailability[] lanes);

    /// <summary>
    /// Registers a silo's pending polls. Returns at once; leases are delivered to the observer. Registering a poll again keeps its
    /// position, and a newer poll of the same session replaces the older one.
    /// </summary>
    [Alias("park")]
    Task Park(IPollObserver observer, [Immutable] Poll[] polls);

    /// <summary>These polls have ended at the edge.</summary>
    [OneWay]
    [Alias("withdraw")]
    Task Withdraw([Immutable] Poll[] polls);

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

/// <summary>A lane and priority in which tasks wait, and what a runner must have to take from it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.lane-availability")]
public sealed record LaneAvailability
{
    /// <summary>The lane.</summary>
    [Id(0)]
    public required long Lane { get; init; }

    /// <summary>0, 1 or 2.</summary>
    [Id(1)]
    public required int Priority { get; init; }

    /// <summary>What a runner must have.</summary>
    [Id(2)]
    public required LabelSet RequiredLabels { get; init; }

    /// <summary>True when the tasks may stand before the cursor.</summary>
    [Id(3)]
    public bool Rescan { get; init; }

    /// <summary>Where the database has tasks that wait, wherever the cursor is.</summary>
    public static LaneAvailability Of(LaneBacklog lane)
    {
        ArgumentNullException.ThrowIfNull(lane);
        return new() { Lane = lane.Lane, Priority = lane.Priority, RequiredLabels = lane.RequiredLabels, Rescan = true };
    }

    /// <summary>Where tasks were put.</summary>
    public static LaneAvailability Of(TaskEffect.Offered offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        return new() { Lane = offered.Lane, Priority = offered.Priority, RequiredLabels = offered.RequiredLabels };
    }
}

/// <summary>A runner's long poll.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.poll")]
public sealed record Poll
{
    /// <summary>Whose it is.</summary>
    [Id(0)]
    public required string SessionId { get; init; }

    /// <summary>Names this claim; repeated with it: 32 hex digits.</summary>
    [Id(1)]
    public required string ClaimKey { get; init; }

    /// <summary>How many tasks it would take; 0: orders only.</summary>
    [Id(2)]
    public required int Wanted { get; init; }

    /// <summary>The labels of the runner.</summary>
    [Id(3)]
    public required LabelSet Labels { get; init; }
}
