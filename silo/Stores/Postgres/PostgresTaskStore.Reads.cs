using System.Diagnostics;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <content>Reads.</content>
internal sealed partial class PostgresTaskStore
{
    public Task<IReadOnlyList<WaitingLane>> WaitingAsync(CancellationToken cancellationToken) => Waiting(null, cancellationToken);

    public Task<IReadOnlyList<WaitingLane>> WaitingAsync(string clusterId, CancellationToken cancellationToken) =>
        Waiting(clusterId, cancellationToken);

    public async Task<IReadOnlyList<WorkOrder>> ReadOrdersAsync(
        IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken) =>
        [.. (await _orders.RunAsync(leases, cancellationToken)).OfType<WorkOrder>()];

    public async Task<StoredTask?> FindAsync(string projectId, TaskId task, CancellationToken cancellationToken) =>
        (await _find.RunAsync([task], cancellationToken))[0] is { } found && found.State.Spec.ProjectId == projectId ? found : null;

    public Task<IReadOnlyList<TaskGlance>> GlanceAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync("glances", StoredTasks.Glance, cancellationToken, ("id", tasks.Column(task => task.Value))), cancellationToken);

    // Not by the fixed plans: what a list is filtered by decides how it is best read.
    public Task<IReadOnlyList<StoredTask>> ListAsync(
        TaskFilter filter, int page, int perPage, CancellationToken cancellationToken)
    {
        var list = new TaskListing(filter, page, perPage);
        (string Name, object? Value)[] values =
        [
            ("project_id", filter.ProjectId),
            ("heads", list.Heads),
            ("waiting", list.Waiting),
            ("leased", list.Leased),
            ("from", list.From),
            ("before", list.Before),
            ("reach", list.Reach),
            ("most", perPage),
            ("skip", list.Skip),
            ("payloads", filter.WithPayloads),
        ];
        (string Name, object? Value)[] lane = [("code_name", filter.CodeName), ("cluster_id", filter.ClusterId)];
        return list.Axis switch
        {
            ListAxis.Project => _database.ReadAsync("task_list", StoredTasks.Read, cancellationToken, values),
            ListAxis.Lane => _database.ReadAsync(
                "task_list_lane", StoredTasks.Read, cancellationToken, [.. values, .. lane, ("user_id", filter.UserId), ("label", filter.Label)]),
            ListAxis.Label => _database.ReadAsync(
                "task_list_label", StoredTasks.Read, cancellationToken, [.. values, .. lane, ("label", filter.Label)]),
            _ => throw new UnreachableException($"axis {list.Axis}"),
        };
    }

    private Task<IReadOnlyList<StoredTask?>> FindAsync(IReadOnlyList<TaskId> tasks) => _pool.RunAsync(
        async session =>
        {
            var found = await session.QueryAsync(
                "tasks_find", StoredTasks.Read, default, ("id", tasks.Column(task => task.Value)));
            var byId = found.ToDictionary(task => task.State.Id);
            return (IReadOnlyList<StoredTask?>)[.. tasks.Select(byId.GetValueOrDefault)];
        },
        default);

    private Task<IReadOnlyList<WorkOrder?>> ReadOrdersAsync(IReadOnlyList<LeaseFence> leases) => _pool.RunAsync(
        async session =>
        {
            var found = await session.QueryAsync(
                "orders",
                row => StoredTasks.ReadOrder(row, row.Time(TaskRows.Width + 1)),
                default,
                ("id", leases.Column(lease => lease.Task.Value)));
            var orders = found.ToDictionary(order => order.Fence);
            return (IReadOnlyList<WorkOrder?>)[.. leases.Select(orders.GetValueOrDefault)];
        },
        default);

    private Task<IReadOnlyList<WaitingLane>> Waiting(string? clusterId, CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync(
            "waiting",
            TaskRows.Waiting,
            cancellationToken,
            ("cluster_id", clusterId)),
        cancellationToken);
}
