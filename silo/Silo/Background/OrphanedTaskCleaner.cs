using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Cancels tasks queued for a deleted cluster: another silo may cache it for some seconds more, and no runner
/// will ever claim what was queued meanwhile.
/// </summary>
internal sealed partial class OrphanedTaskCleaner(
    IClusterStore clusters, ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<OrphanedTaskCleaner> log)
    : PeriodicBackgroundService("Orphaned task cleaner", TimeSpan.FromSeconds(10), time, log)
{
    private const int MaxBatchSize = 500;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var orphans = await clusters.ListOrphanedTasksAsync(MaxBatchSize, cancellationToken);
        foreach (var project in orphans.GroupBy(orphan => orphan.ProjectId, orphan => orphan.Task))
        {
            var steps = await tasks.CancelAsync(project.Key, [.. project], cancellationToken);
            TaskMetrics.RecordCancelled(steps);
            TaskEffects.Publish(grains, steps);
        }

        if (orphans.Count > 0)
        {
            Cancelled(orphans.Count);
        }

        return orphans.Count < MaxBatchSize ? null : TimeSpan.Zero;
    }

    [LoggerMessage(1, LogLevel.Warning, "Cancelled {Count} tasks queued for deleted clusters")]
    private partial void Cancelled(int count);
}
