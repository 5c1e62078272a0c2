using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>
/// Cancels all unfinished tasks of a code, however many there are. The order is stored first: once it is, it will be carried
/// out, here or, when that takes long, by the sweep of any silo.
/// </summary>
internal sealed class CodeCancels(ICodeQueueStore queues, ITaskStore tasks, IGrainFactory grains, TimeProvider time)
{
    private const int MostAtOnce = 1000;

    // As long as a caller waits; by then somebody else may take the order.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    /// <summary>Orders it, and does as much of it as there is time for.</summary>
    public async Task CancelAllAsync(string codeId)
    {
        // Not to be cut off: a caller who hangs up has ordered it all the same.
        if (await queues.OrderCancelAsync(codeId, time.GetUtcNow() + Turn, CancellationToken.None) is { } order)
        {
            await CarryOutAsync(order, CancellationToken.None);
        }
    }

    /// <summary>Goes on with an order that nobody is busy with; false when there is none.</summary>
    public async Task<bool> GoOnAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await queues.TakeCancelAsync(now, now + Turn, cancellationToken) is not { } order)
        {
            return false;
        }

        await CarryOutAsync(order, cancellationToken);
        return true;
    }

    private async Task CarryOutAsync(CancelOrder order, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        TaskId? last = null;
        while (time.GetElapsedTime(began) < Turn)
        {
            var next = await queues.NextToCancelAsync(order, last, MostAtOnce, cancellationToken);
            if (next.Count == 0)
            {
                await queues.EndCancelAsync(order, cancellationToken);
                return;
            }

            TaskEffects.Do(grains, await tasks.CancelAsync(order.ProjectId, next, CancellationToken.None));
            last = next[^1];
        }
    }
}
