using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Background;

/// <summary>Keeps the moving average of each cluster's queue, of which one row is the truth for all silos.</summary>
internal sealed class QueueStatsSampler(IQueueAverageStore averages, TimeProvider time, ILogger<QueueStatsSampler> log)
    : PeriodicBackgroundService("Queue statistics sampler", QueueAverage.Interval, time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await averages.SampleAsync(
            QueueAverage.Interval, ClusterRunnerEndpoints.MaxCounted, QueueAverage.Next, cancellationToken);
        return null;
    }
}
