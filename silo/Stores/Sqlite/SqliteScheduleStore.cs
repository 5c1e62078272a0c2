using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Schedules;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Schedules in SQLite: every call is one piece of the writer's next transaction, so nothing comes between read and write.</summary>
internal sealed class SqliteScheduleStore(SqliteDatabase database, SqliteTaskStore tasks) : ScheduleStore(database)
{
    private readonly SqliteWriter _writer = database.Writer;

    public override Task<bool> AddAsync(
        IReadOnlyList<StoredSchedule> schedules, int maxActive, CancellationToken cancellationToken) => _writer.RunAsync(
            session =>
            {
                var live = session.Query(
                    "schedule_room", row => row.GetInt32(0), ("project_id", schedules[0].State.Spec.ProjectId))[0];
                if (live + schedules.Count > maxActive)
                {
                    return false;
                }

                foreach (var schedule in schedules)
                {
                    session.Execute("schedule_add", ScheduleRows.InsertValues(schedule));
                }

                return true;
            },
            cancellationToken);

    public override async Task<Transition<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken)
    {
        var written = await _writer.RunAsync(
            session =>
            {
                var found = session.Query(
                    "schedule_state",
                    row => (Schedule: ScheduleRows.Read(row), Ground: ScheduleRows.ReadContext(row)),
                    ("id", scheduleId),
                    ("project_id", projectId));
                return found is [var before]
                    ? Write(session, decide(before.Schedule, before.Ground, _writer.Now), payload)
                    : ScheduleTransitions.NotFound(scheduleId);
            },
            cancellationToken);
        RememberLanes([written]);
        return written;
    }

    public override async Task<DueBatch> RunDueAsync(
        int maxCount, Func<TaskId> newTask, Func<TaskState, string> beginTrace, CancellationToken cancellationToken)
    {
        var (steps, next) = await _writer.RunAsync(
            session =>
            {
                var now = _writer.Now;
                var due = session.Query(
                    "schedules_due",
                    row => (Schedule: ScheduleRows.Read(row), Ground: ScheduleRows.ReadContext(row)),
                    ("now", now.ToStored()),
                    ("most", maxCount));
                var written = due.Select(found => Write(
                    session,
                    ScheduleStateMachine.RunDue(found.Schedule, found.Ground, newTask(), now).InTrace(beginTrace),
                    payload: null)).ToArray();
                return (written, session.Query("schedule_next", row => row.GetTimeOrNull(0))[0]);
            },
            cancellationToken);
        RememberLanes(steps);
        var wait = next - _writer.Now;
        return new DueBatch(steps.Offers(), wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private Transition<ScheduleState> Write(SqliteSession session, Transition<ScheduleState> transition, byte[]? payload)
    {
        if (transition.Unchanged)
        {
            return transition;
        }

        session.Execute("schedule_update", ScheduleRows.UpdateValues(transition.State, payload));
        if (transition.GetTask() is not { } task)
        {
            return transition;
        }

        var kept = session.Query("schedule_payload", row => row.GetByteArray(0), ("id", transition.State.Id))[0];
        return transition.InLane(tasks.Enqueue(session, new TaskToEnqueue(task, kept)).Lane);
    }

    private void RememberLanes(IEnumerable<Transition<ScheduleState>> transitions) =>
        tasks.RememberLanes(transitions.Select(step => step.GetTask()).OfType<TaskState>());
}
