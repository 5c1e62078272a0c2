using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Makes delayed tasks claimable when their time comes. It rests until then and a second at most; since delays are
/// whole seconds, a task queued while it rests does not have to wake it.
/// </summary>
internal sealed class DelayedTaskPromoter(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<DelayedTaskPromoter> log)
    : PeriodicBackgroundService("Delayed task promoter", TimeSpan.FromSeconds(1), time, log)
{
    private const int MaxBatchSize = 500;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await tasks.PromoteDelayedAsync(MaxBatchSize, cancellationToken);
        TaskEffects.Publish(grains, due.Offered);
        return due.UntilNext;
    }
}
