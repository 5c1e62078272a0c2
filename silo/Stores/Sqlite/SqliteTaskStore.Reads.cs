using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Reads, beside the writer.</content>
internal sealed partial class SqliteTaskStore
{
    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(CancellationToken cancellationToken) => ListBacklogByClusterAsync(null);

    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string clusterId, CancellationToken cancellationToken) => ListBacklogByClusterAsync(clusterId);

    public Task<IReadOnlyList<LeasedTask>> ReadAssignmentsAsync(IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken)
    {
        var now = _writer.Now;
        var found = database.Read(session => session.Query(
            "orders", row => TaskReader.ReadLeasedTask(row, now), ("ids", Json(leases.Select(lease => lease.Task).Distinct()))));
        var orders = found.ToDictionary(order => order.Fence);
        return Task.FromResult<IReadOnlyList<LeasedTask>>(
            [.. leases.Select(orders.GetValueOrDefault).OfType<LeasedTask>()]);
    }

    public Task<StoredTask?> FindAsync(string projectId, TaskId task, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => session.Query(
            "task_find", TaskReader.Read, ("id", task.Value), ("project_id", projectId)).SingleOrDefault()));

    public Task<IReadOnlyList<TaskSnapshot>> GetSnapshotsAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => session.Query("glances", TaskReader.ReadSnapshot, ("ids", Json(tasks)))));

    public Task<IReadOnlyList<StoredTask>> ListAsync(
        TaskFilter filter, int page, int perPage, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteTaskLists.Read(session, new TaskListing(filter, page, perPage))));

    private Task<IReadOnlyList<LaneBacklog>> ListBacklogByClusterAsync(string? clusterId) => Task.FromResult(database.Read(
        session => session.Query(
            "waiting",
            TaskRows.ReadBacklog,
            ("cluster_id", clusterId))));
}
