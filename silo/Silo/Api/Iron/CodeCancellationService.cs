using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// Cancels all unfinished tasks of a code, however many there are. The cancellation is stored first: then it is completed
/// here or, when that takes long, by the background service of any silo.
/// </summary>
internal sealed class CodeCancellationService(ICodeQueueStore queues, ITaskStore tasks, IGrainFactory grains, TimeProvider time)
{
    private const int MaxBatchSize = 1000;

    // As long as a caller waits; after that another silo may continue.
    private static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(10);

    /// <summary>Begins it, and does as much of it as there is time for.</summary>
    public async Task CancelAllAsync(string codeId)
    {
        // Not to be cut off: a caller who hangs up has ordered it all the same.
        if (await queues.BeginCancellationAsync(codeId, time.GetUtcNow() + LockDuration, CancellationToken.None) is { } cancellation)
        {
            await ExecuteAsync(cancellation, CancellationToken.None);
        }
    }

    /// <summary>Continues a cancellation that no silo is working on; false when there is none.</summary>
    public async Task<bool> ContinueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await queues.TakeCancellationAsync(now, now + LockDuration, cancellationToken) is not { } cancellation)
        {
            return false;
        }

        await ExecuteAsync(cancellation, cancellationToken);
        return true;
    }

    private async Task ExecuteAsync(CodeCancellation cancellation, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        TaskId? last = null;
        while (time.GetElapsedTime(began) < LockDuration)
        {
            var next = await queues.ListTasksToCancelAsync(cancellation, last, MaxBatchSize, cancellationToken);
            if (next.Count == 0)
            {
                await queues.EndCancellationAsync(cancellation, cancellationToken);
                return;
            }

            var steps = await tasks.CancelAsync(cancellation.ProjectId, next, CancellationToken.None);
            TaskMetrics.RecordCancelled(steps);
            TaskEffects.Publish(grains, steps);
            last = next[^1];
        }
    }
}
