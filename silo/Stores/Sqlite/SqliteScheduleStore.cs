using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Schedules;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Schedules in SQLite: every call is one piece of the writer's next transaction, so nothing comes between read and write.</summary>
internal sealed class SqliteScheduleStore(SqliteDatabase database, SqliteTaskStore tasks) : ScheduleStore(database)
{
    private readonly SqliteWriter _writer = database.Writer;

    public override Task<bool> AddAsync(
        IReadOnlyList<StoredSchedule> schedules, int most, CancellationToken cancellationToken) => _writer.RunAsync(
            session =>
            {
                var live = session.Query(
                    "schedule_room", row => row.GetInt32(0), ("project_id", schedules[0].State.Spec.ProjectId))[0];
                if (live + schedules.Count > most)
                {
                    return false;
                }

                foreach (var schedule in schedules)
                {
                    session.Execute("schedule_add", ScheduleRows.Added(schedule));
                }

                return true;
            },
            cancellationToken);

    public override async Task<Step<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken)
    {
        var written = await _writer.RunAsync(
            session =>
            {
                var found = session.Query(
                    "schedule_state",
                    row => (Schedule: ScheduleRows.Read(row), Ground: ScheduleRows.ReadGround(row)),
                    ("id", scheduleId),
                    ("project_id", projectId));
                return found is [var before]
                    ? Write(session, decide(before.Schedule, before.Ground, _writer.Now), payload)
                    : ScheduleSteps.NotFound(scheduleId);
            },
            cancellationToken);
        Learn([written]);
        return written;
    }

    public override async Task<DueBatch> DueAsync(int most, Func<TaskId> newTask, CancellationToken cancellationToken)
    {
        var (steps, next) = await _writer.RunAsync(
            session =>
            {
                var now = _writer.Now;
                var due = session.Query(
                    "schedules_due",
                    row => (Schedule: ScheduleRows.Read(row), Ground: ScheduleRows.ReadGround(row)),
                    ("now", now.Stored()),
                    ("most", most));
                var written = due.Select(found =>
                    Write(session, ScheduleMachine.Due(found.Schedule, found.Ground, newTask(), now), payload: null)).ToArray();
                return (written, session.Query("schedule_next", row => row.TimeOrNull(0))[0]);
            },
            cancellationToken);
        Learn(steps);
        var wait = next - _writer.Now;
        return new DueBatch(steps.Offers(), wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private Step<ScheduleState> Write(SqliteSession session, Step<ScheduleState> step, byte[]? payload)
    {
        if (step.Unchanged)
        {
            return step;
        }

        session.Execute("schedule_update", ScheduleRows.Updated(step.State, payload));
        if (step.Task() is not { } task)
        {
            return step;
        }

        var kept = session.Query("schedule_payload", row => row.Bytes(0), ("id", step.State.Id))[0];
        return step.InLane(tasks.Queue(session, new NewTask(task, kept)).Lane);
    }

    private void Learn(IEnumerable<Step<ScheduleState>> steps) =>
        tasks.Learn(steps.Select(step => step.Task()).OfType<TaskState>());
}
