using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Takes tasks in: names looked up in memory, one store call, and the word to the clusters.</summary>
internal sealed class TaskQueue(ITaskStore tasks, TaskNames names, IGrainFactory grains, Ids ids, TimeProvider time)
{
    /// <summary>Queues all of a request, or nothing; what finds its key held by a task counts as queued already.</summary>
    public async Task<IReadOnlyList<QueuedTask>> QueueAsync(
        Project project, IReadOnlyList<TaskOrder> orders, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newIds = ids.NewTasks(orders.Count, now);
        var added = new NewTask[orders.Count];
        for (var i = 0; i < added.Length; i++)
        {
            var order = orders[i];
            var code = await names.CodeAsync(project, order.Place, order.CodeName, cancellationToken);
            var cluster = await names.ClusterAsync(project, order.Place, order.Cluster, cancellationToken);
            var spec = IronMapping.Specify(order, code, cluster);
            added[i] = new NewTask(TaskMachine.Queue(newIds[i], spec, now).State, order.Payload);
        }

        // Not to be cut off: once written, the tasks have to be offered.
        IReadOnlyList<QueuedTask> queued = orders.Any(order => order.Keys.Count > 0)
            ? await tasks.QueueOnceAsync([.. added.Zip(orders, (task, order) => new KeyedTask(task, order.Keys))], CancellationToken.None)
            : [.. (await tasks.QueueAsync(added, CancellationToken.None)).Select(task => new QueuedTask(task.Id, task))];
        TaskEffects.Do(grains, queued
            .Select(task => task.New)
            .OfType<TaskState>()
            .Where(task => task.DueAt is null)
            .Select(TaskEffect.Offered.Of));
        return queued;
    }
}
