using Orleans.Concurrency;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Runners;

/// <summary>What the control plane orders of a session; keyed by session id.</summary>
public interface ISessionCommands : IGrainWithStringKey
{
    /// <summary>Tells the runner at once that a task is to be stopped, if it came through a gateway; any other learns it from its polls.</summary>
    [OneWay]
    Task Stop(LeaseFence lease);
}
