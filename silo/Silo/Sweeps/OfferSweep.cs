using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Tells clusters again in which lanes tasks wait: an offer may have been lost, and a cursor may be wrong.
/// </summary>
internal sealed class OfferSweep(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<OfferSweep> log)
    : Sweep("offer", TimeSpan.FromSeconds(2), time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        var waiting = await tasks.WaitingAsync(cancellationToken);
        foreach (var cluster in waiting.GroupBy(lane => lane.ClusterId))
        {
            LaneOffer[] offers = [.. cluster.Select(lane => new LaneOffer(lane.Lane, lane.Priority, lane.RequiredLabels, Rescan: true))];
            _ = grains.GetGrain<IClusterGrain>(cluster.Key).Offer(offers);
        }

        return null;
    }
}
