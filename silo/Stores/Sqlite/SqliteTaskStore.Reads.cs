using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Reads, beside the writer.</content>
internal sealed partial class SqliteTaskStore
{
    public Task<IReadOnlyList<WaitingLane>> WaitingAsync(CancellationToken cancellationToken) => Waiting(null);

    public Task<IReadOnlyList<WaitingLane>> WaitingAsync(string clusterId, CancellationToken cancellationToken) => Waiting(clusterId);

    public Task<IReadOnlyList<WorkOrder>> ReadOrdersAsync(IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken)
    {
        var now = _writer.Now;
        var found = database.Read(session => session.Query(
            "orders", row => StoredTasks.ReadOrder(row, now), ("ids", Json(leases.Select(lease => lease.Task).Distinct()))));
        var orders = found.ToDictionary(order => order.Fence);
        return Task.FromResult<IReadOnlyList<WorkOrder>>(
            [.. leases.Select(orders.GetValueOrDefault).OfType<WorkOrder>()]);
    }

    public Task<StoredTask?> FindAsync(string projectId, TaskId task, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => session.Query(
            "task_find", StoredTasks.Read, ("id", task.Value), ("project_id", projectId)).SingleOrDefault()));

    public Task<IReadOnlyList<TaskGlance>> GlanceAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => session.Query("glances", StoredTasks.Glance, ("ids", Json(tasks)))));

    public Task<IReadOnlyList<StoredTask>> ListAsync(
        TaskFilter filter, int page, int perPage, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteTaskLists.Read(session, new TaskListing(filter, page, perPage))));

    private Task<IReadOnlyList<WaitingLane>> Waiting(string? clusterId) => Task.FromResult(database.Read(
        session => session.Query(
            "waiting",
            TaskRows.Waiting,
            ("cluster_id", clusterId))));
}
