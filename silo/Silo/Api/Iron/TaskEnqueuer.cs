using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Enqueues tasks: resolves names in memory, calls the store once, and notifies the clusters.</summary>
internal sealed class TaskEnqueuer(ITaskStore tasks, NameResolver names, IGrainFactory grains, IdGenerator ids, TimeProvider time)
{
    /// <summary>Queues all of a request, or nothing; what finds its key held by a task counts as queued already.</summary>
    public async Task<IReadOnlyList<QueuedTask>> EnqueueAsync(
        Project project, IReadOnlyList<EnqueueTaskCommand> commands, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newIds = ids.NewTaskIds(commands.Count, now);
        var traceparent = TaskActivities.CurrentTraceparent;
        var added = new TaskToEnqueue[commands.Count];
        for (var i = 0; i < added.Length; i++)
        {
            var command = commands[i];
            var code = await names.ResolveCodeAsync(project, command.FieldPrefix, command.CodeName, cancellationToken);
            var cluster = await names.ResolveClusterAsync(project, command.FieldPrefix, command.Cluster, cancellationToken);
            var spec = IronMapping.CreateSpec(command, code, cluster) with { Traceparent = traceparent };
            added[i] = new TaskToEnqueue(TaskStateMachine.Enqueue(newIds[i], spec, now).State, command.Payload);
        }

        // Not to be cut off: once written, the tasks have to be offered.
        IReadOnlyList<QueuedTask> queued = commands.Any(command => command.Keys.Count > 0)
            ? await tasks.EnqueueUniqueAsync([.. added.Zip(commands, (task, command) => new DeduplicatedTask(task, command.Keys))], CancellationToken.None)
            : [.. (await tasks.EnqueueAsync(added, CancellationToken.None)).Select(task => new QueuedTask(task.Id, task))];
        TaskMetrics.RecordQueued(queued.Count(task => task.New is not null), TaskSource.Api);
        TaskEffects.Publish(grains, queued
            .Select(task => task.New)
            .OfType<TaskState>()
            .Where(task => task.DueAt is null)
            .Select(TaskEffect.Offered.Of));
        return queued;
    }
}
