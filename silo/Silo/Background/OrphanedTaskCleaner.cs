using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Cancels what waits for a cluster that is gone: another silo may know a deleted cluster for some seconds more, and no runner
/// will ever come for what it queued meanwhile.
/// </summary>
internal sealed partial class OrphanedTaskCleaner(
    IClusterStore clusters, ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<OrphanedTaskCleaner> log)
    : PeriodicBackgroundService("Orphaned task cleaner", TimeSpan.FromSeconds(10), time, log)
{
    private const int MaxBatchSize = 500;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var strays = await clusters.ListOrphanedTasksAsync(MaxBatchSize, cancellationToken);
        foreach (var project in strays.GroupBy(stray => stray.ProjectId, stray => stray.Task))
        {
            TaskEffects.Publish(grains, await tasks.CancelAsync(project.Key, [.. project], cancellationToken));
        }

        if (strays.Count > 0)
        {
            Cancelled(strays.Count);
        }

        return strays.Count < MaxBatchSize ? null : TimeSpan.Zero;
    }

    [LoggerMessage(1, LogLevel.Warning, "Cancelled {Count} tasks queued for deleted clusters")]
    private partial void Cancelled(int count);
}
