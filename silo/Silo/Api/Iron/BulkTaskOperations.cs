using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// Does the same to all tasks that fit a filter, newest first and some at a time. What is queued after it began is not among
/// them, and a task that has changed is decided by its state then.
/// </summary>
internal sealed class BulkTaskOperations(
    ITaskStore tasks, IClusterStore clusters, IGrainFactory grains, IdGenerator ids, TimeProvider time)
{
    private const int BatchSize = 500;
    private const int BatchSizeWithPayloads = 50;

    /// <summary>Cancels what has not ended; returns how many, or how many it would be.</summary>
    public Task<int> CancelAsync(BulkTaskFilter bulkFilter, CancellationToken cancellationToken) =>
        ForEachBatchAsync(bulkFilter, phase => !phase.IsFinal(), payloads: false, CancelAsync, cancellationToken);

    /// <summary>Queues what has ended once more; returns how many, or how many it would be.</summary>
    public Task<int> RetryAsync(BulkTaskFilter bulkFilter, CancellationToken cancellationToken) =>
        ForEachBatchAsync(bulkFilter, phase => phase.IsFinal(), payloads: true, RetryAsync, cancellationToken);

    private async Task<int> ForEachBatchAsync(
        BulkTaskFilter bulkFilter, Predicate<TaskPhase> fits, bool payloads, Func<IReadOnlyList<StoredTask>, Task<int>> act, CancellationToken cancellationToken)
    {
        var wanted = bulkFilter.Filter!.Phases.Count == 0 ? Enum.GetValues<TaskPhase>() : bulkFilter.Filter.Phases;
        var filter = bulkFilter.Filter with
        {
            Phases = [.. wanted.Where(phase => fits(phase))],
            Before = TaskId.FirstAt(time.GetUtcNow().AddMilliseconds(1)),
            WithPayloads = payloads && !bulkFilter.DryRun,
        };
        var (count, atOnce) = (0, filter.WithPayloads ? BatchSizeWithPayloads : BatchSize);
        while (filter.Phases.Count > 0)
        {
            var some = await tasks.ListAsync(filter, page: 0, atOnce, cancellationToken);
            count += bulkFilter.DryRun || some.Count == 0 ? some.Count : await act(some);
            if (some.Count < atOnce)
            {
                break;
            }

            filter = filter with { Before = some[^1].State.Id };
        }

        return count;
    }

    private async Task<int> CancelAsync(IReadOnlyList<StoredTask> some)
    {
        var steps = await tasks.CancelAsync(ProjectOf(some), [.. some.Select(task => task.State.Id)], CancellationToken.None);
        TaskMetrics.RecordCancelled(steps);
        TaskEffects.Publish(grains, steps);
        return steps.Count(step => !step.Unchanged);
    }

    private async Task<int> RetryAsync(IReadOnlyList<StoredTask> all)
    {
        var some = await FilterAccessibleAsync(all);
        if (some.Count == 0)
        {
            return 0;
        }

        var now = time.GetUtcNow();
        var newIds = ids.NewTaskIds(some.Count, now);
        var steps = some.Select((task, i) => TaskStateMachine.Retry(task.State, newIds[i], delaySeconds: 0, now)).ToList();
        var again = steps.Zip(some).SelectMany(
            pair => pair.First.Effects.OfType<TaskEffect.Retried>().Select(retried => new TaskToEnqueue(retried.Task, pair.Second.Payload)));
        var queued = await tasks.EnqueueAsync([.. again], CancellationToken.None);
        TaskEffects.Publish(grains, steps);
        return queued.Count;
    }

    /// <summary>Those whose cluster is still there and open to their project.</summary>
    private async Task<IReadOnlyList<StoredTask>> FilterAccessibleAsync(IReadOnlyList<StoredTask> all)
    {
        var open = new HashSet<string>();
        foreach (var cluster in all.Select(task => task.State.Spec.ClusterId).Distinct())
        {
            if (await clusters.CanUseAsync(ProjectOf(all), cluster, CancellationToken.None))
            {
                open.Add(cluster);
            }
        }

        return [.. all.Where(task => open.Contains(task.State.Spec.ClusterId))];
    }

    private static string ProjectOf(IReadOnlyList<StoredTask> some) => some[0].State.Spec.ProjectId;
}
