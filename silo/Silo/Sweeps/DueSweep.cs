using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Makes delayed tasks claimable when their time comes. It rests until then and a second at most; since delays are
/// whole seconds, a task queued while it rests does not have to wake it.
/// </summary>
internal sealed class DueSweep(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<DueSweep> log)
    : Sweep("due", TimeSpan.FromSeconds(1), time, log)
{
    private const int MostAtOnce = 500;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        var due = await tasks.DueAsync(MostAtOnce, cancellationToken);
        TaskEffects.Do(grains, due.Offered);
        return due.Next;
    }
}
