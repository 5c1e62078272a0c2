using System.Diagnostics;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <content>Reads.</content>
internal sealed partial class PostgresTaskStore
{
    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(CancellationToken cancellationToken) => ListBacklogByClusterAsync(null, cancellationToken);

    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string clusterId, CancellationToken cancellationToken) =>
        ListBacklogByClusterAsync(clusterId, cancellationToken);

    public async Task<IReadOnlyList<LeasedTask>> ReadAssignmentsAsync(
        IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken) =>
        [.. (await _orders.RunAsync(leases, cancellationToken)).OfType<LeasedTask>()];

    public async Task<StoredTask?> FindAsync(string projectId, TaskId task, CancellationToken cancellationToken) =>
        (await _find.RunAsync([task], cancellationToken))[0] is { } found && found.State.Spec.ProjectId == projectId ? found : null;

    public Task<IReadOnlyList<TaskSnapshot>> GetSnapshotsAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync("glances", TaskReader.ReadSnapshot, cancellationToken, ("id", tasks.Column(task => task.Value))), cancellationToken);

    // Not by the fixed plans: what a list is filtered by decides how it is best read.
    public Task<IReadOnlyList<StoredTask>> ListAsync(
        TaskFilter filter, int page, int perPage, CancellationToken cancellationToken)
    {
        var list = new TaskListing(filter, page, perPage);
        (string Name, object? Value)[] values =
        [
            ("project_id", filter.ProjectId),
            ("heads", list.IndexedPhases),
            ("waiting", list.Waiting),
            ("leased", list.Leased),
            ("from", list.From),
            ("before", list.Before),
            ("reach", list.ReadLimit),
            ("most", perPage),
            ("skip", list.Skip),
            ("payloads", filter.WithPayloads),
        ];
        (string Name, object? Value)[] lane = [("code_name", filter.CodeName), ("cluster_id", filter.ClusterId)];
        return list.Axis switch
        {
            ListAxis.Project => _database.ReadAsync("task_list", TaskReader.Read, cancellationToken, values),
            ListAxis.Lane => _database.ReadAsync(
                "task_list_lane", TaskReader.Read, cancellationToken, [.. values, .. lane, ("user_id", filter.UserId), ("label", filter.Label)]),
            ListAxis.Label => _database.ReadAsync(
                "task_list_label", TaskReader.Read, cancellationToken, [.. values, .. lane, ("label", filter.Label)]),
            _ => throw new UnreachableException($"axis {list.Axis}"),
        };
    }

    private Task<IReadOnlyList<StoredTask?>> FindAsync(IReadOnlyList<TaskId> tasks) => _pool.RunAsync(
        async session =>
        {
            var found = await session.QueryAsync(
                "tasks_find", TaskReader.Read, default, ("id", tasks.Column(task => task.Value)));
            var byId = found.ToDictionary(task => task.State.Id);
            return (IReadOnlyList<StoredTask?>)[.. tasks.Select(byId.GetValueOrDefault)];
        },
        default);

    private Task<IReadOnlyList<LeasedTask?>> ReadOrdersAsync(IReadOnlyList<LeaseFence> leases) => _pool.RunAsync(
        async session =>
        {
            var found = await session.QueryAsync(
                "orders",
                row => TaskReader.ReadLeasedTask(row, row.GetTime(TaskRows.Width + 1)),
                default,
                ("id", leases.Column(lease => lease.Task.Value)));
            var orders = found.ToDictionary(order => order.Fence);
            return (IReadOnlyList<LeasedTask?>)[.. leases.Select(orders.GetValueOrDefault)];
        },
        default);

    private Task<IReadOnlyList<LaneBacklog>> ListBacklogByClusterAsync(string? clusterId, CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync(
            "waiting",
            TaskRows.ReadBacklog,
            cancellationToken,
            ("cluster_id", clusterId)),
        cancellationToken);
}
