using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Http.Iron;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>Keeps the moving average of each cluster's queue, of which one row is the truth for all silos.</summary>
internal sealed class AverageSweep(IQueueAverageStore averages, TimeProvider time, ILogger<AverageSweep> log)
    : Sweep("average", QueueAverage.Interval, time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        await averages.SampleAsync(
            QueueAverage.Interval, ClusterRunnerEndpoints.MostCounted, QueueAverage.Next, cancellationToken);
        return null;
    }
}
