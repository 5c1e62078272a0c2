using Orleans.Concurrency;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Grains.Runners;

/// <summary>The control plane's side of a session's door.</summary>
public interface ISessionOrders : ISessionGrain
{
    /// <summary>Tells the runner at once that a task is to be stopped, if it is a silo of this cluster; any other learns it from its polls.</summary>
    [OneWay]
    Task Stop(LeaseFence lease);
}
