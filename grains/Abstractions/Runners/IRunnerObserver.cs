using Orleans.Concurrency;

namespace OrleansHybrid.Abstractions.Runners;

/// <summary>Notifications to a runner between its polls.</summary>
[Alias("OrleansHybrid.IRunnerObserver")]
public interface IRunnerObserver : IGrainObserver
{
    /// <summary>The task of this lease is to be stopped; may be lost, and the next heartbeat says it again.</summary>
    [OneWay]
    [Alias("Cancel")]
    Task Cancel(LeaseRef lease);
}
