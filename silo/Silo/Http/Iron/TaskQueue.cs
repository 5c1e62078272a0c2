using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Codes;
using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Takes tasks in: names looked up in memory, one store call, and the word to the clusters.</summary>
internal sealed class TaskQueue(ITaskStore tasks, Lookups lookups, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Queues all of a request, or nothing; what finds its key held by a task counts as queued already.</summary>
    public async Task<IReadOnlyList<QueuedTask>> QueueAsync(
        Project project, IReadOnlyList<TaskOrder> orders, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var newIds = Ids.NewTasks(orders.Count, now);
        var added = new NewTask[orders.Count];
        for (var i = 0; i < added.Length; i++)
        {
            var order = orders[i];
            var code = await CodeAsync(project, order, cancel);
            var cluster = await ClusterAsync(project, order, cancel);
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
            .Select(task => new TaskEffect.Offered(task.Spec.ClusterId, task.Lane, task.Spec.Priority)));
        return queued;
    }

    private async ValueTask<CodePackage> CodeAsync(Project project, TaskOrder order, CancellationToken cancel) =>
        await lookups.Codes.FindAsync((project.Id, order.CodeName), cancel) ?? throw new RefusedException(new Refusal(
            RefusalKind.NotFound, $"{order.Place}code_name: this project has no code package {order.CodeName}"));

    private async ValueTask<ClusterSettings> ClusterAsync(Project project, TaskOrder order, CancellationToken cancel)
    {
        if (order.Cluster is { } name)
        {
            return await lookups.UserClusters.FindAsync((project.UserId, name), cancel) ?? throw new RefusedException(
                new Refusal(RefusalKind.NotFound, $"{order.Place}cluster: there is no cluster {name}"));
        }

        return await DefaultClusterAsync(project, cancel) ?? throw new RefusedException(
            $"{order.Place}cluster is required: the project has no default cluster; make one with POST /2/clusters");
    }

    private async ValueTask<ClusterSettings?> DefaultClusterAsync(Project project, CancellationToken cancel)
    {
        if (project.DefaultClusterId is null)
        {
            // It may have got one since the project was read.
            lookups.Projects.Forget(project.Id);
            project = await lookups.Projects.FindAsync(project.Id, cancel) ?? project;
        }

        return project.DefaultClusterId is { } id ? await lookups.Clusters.FindAsync(id, cancel) : null;
    }
}
