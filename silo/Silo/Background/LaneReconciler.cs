using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Notifies clusters again of lanes with waiting tasks: a notification may have been lost, and a cursor may be wrong.
/// </summary>
internal sealed class LaneReconciler(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<LaneReconciler> log)
    : PeriodicBackgroundService("Lane reconciler", TimeSpan.FromSeconds(2), time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var waiting = await tasks.ListBacklogAsync(cancellationToken);
        foreach (var cluster in waiting.GroupBy(lane => lane.ClusterId))
        {
            _ = grains.GetGrain<IClusterDispatchGrain>(cluster.Key).Offer([.. cluster.Select(LaneAvailability.Of)]);
        }

        return null;
    }
}
