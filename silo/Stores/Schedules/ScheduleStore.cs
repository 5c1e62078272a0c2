using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Schedules;

/// <summary>Schedules, as far as both databases keep them alike.</summary>
internal abstract class ScheduleStore(IDatabase database) : IScheduleStore
{
    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => database.NowAsync(cancellationToken);

    public abstract Task<bool> AddAsync(IReadOnlyList<StoredSchedule> schedules, int maxActive, CancellationToken cancellationToken);

    public abstract Task<Transition<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken);

    public abstract Task<DueBatch> RunDueAsync(
        int maxCount, Func<TaskId> newTask, Func<TaskState, string> beginTrace, CancellationToken cancellationToken);

    public async Task<StoredSchedule?> FindAsync(string projectId, string scheduleId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            "schedule_find", ScheduleRows.ReadStored, cancellationToken,
            ("id", scheduleId), ("project_id", projectId))).SingleOrDefault();

    public Task<IReadOnlyList<StoredSchedule>> ListAsync(
        string projectId, int page, int perPage, CancellationToken cancellationToken) => database.ReadAsync(
            "schedule_list", ScheduleRows.ReadStored, cancellationToken,
            ("project_id", projectId), ("most", perPage), ("skip", page * perPage));

    public Task<IReadOnlyList<StoredTask>> ListRunsAsync(
        string projectId, string scheduleId, int page, int perPage, CancellationToken cancellationToken) => database.ReadAsync(
            "schedule_runs", TaskReader.Read, cancellationToken,
            ("schedule_id", scheduleId), ("project_id", projectId), ("most", perPage), ("skip", page * perPage));
}
