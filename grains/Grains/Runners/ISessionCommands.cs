using Orleans.Concurrency;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Runners;

/// <summary>Commands of the control plane to a session; keyed by session id.</summary>
[Alias("hybrid.session-commands")]
public interface ISessionCommands : IGrainWithStringKey
{
    /// <summary>Notifies a runner behind a gateway at once that a task is to be stopped; any other learns it from its polls.</summary>
    [OneWay]
    [Alias("stop")]
    Task Stop(LeaseFence lease);
}
