using System.Data.Common;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Schedules;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// Schedules in PostgreSQL, beside any number of other silos: what is decided about one is written where its version is still
/// the same.
/// </summary>
internal sealed class PostgresScheduleStore(PostgresDatabase database, PostgresLanes lanes)
    : ScheduleStore(database)
{
    /// <summary>A lost race is another writer's success: more losses in a row than this are not a coincidence.</summary>
    private const int MaxConflicts = 10;

    private readonly PostgresPool _pool = database.Tasks;

    public override Task<bool> AddAsync(
        IReadOnlyList<StoredSchedule> schedules, int maxActive, CancellationToken cancellationToken) => _pool.TransactAsync(
            async session =>
            {
                var live = await session.QueryAsync(
                    "schedule_room", row => row.GetInt32(0), cancellationToken, ("project_id", schedules[0].State.Spec.ProjectId));
                if (live[^1] + schedules.Count > maxActive)
                {
                    return false;
                }

                foreach (var schedule in schedules)
                {
                    await session.QueryAsync("schedule_add", row => row.FieldCount, cancellationToken, ScheduleRows.InsertValues(schedule));
                }

                return true;
            },
            cancellationToken);

    public override Task<Transition<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken) =>
        _pool.RunAsync(
            async session =>
            {
                Transition<ScheduleState>? lost = null;
                for (var race = 0; race < MaxConflicts; race++)
                {
                    var found = await session.QueryAsync(
                        "schedule_state", Decidable.Read, cancellationToken, ("id", scheduleId), ("project_id", projectId));
                    if (found is not [var before])
                    {
                        return ScheduleTransitions.NotFound(scheduleId);
                    }

                    var step = decide(before.Schedule, before.Context, before.Now);
                    if (step.Unchanged || await WriteAsync(session, step, payload))
                    {
                        return InLane(step);
                    }

                    lost = Transition.Reject(
                        before.Schedule, ErrorKind.Stale, $"schedule {scheduleId} changes all the time: try again");
                }

                return lost!;
            },
            cancellationToken);

    public override Task<DueBatch> RunDueAsync(
        int maxCount, Func<TaskId> newTask, Func<TaskState, string> beginTrace, CancellationToken cancellationToken) =>
        _pool.TransactAsync(
            async session =>
            {
                var due = await session.QueryAsync("schedules_due", Decidable.Read, cancellationToken, ("most", maxCount));
                var steps = due.Column(found =>
                    ScheduleStateMachine.RunDue(found.Schedule, found.Context, newTask(), found.Now).InTrace(beginTrace));

                // On a connection of its own: a lane may be known only once it has committed.
                await _pool.RunAsync(other => lanes.EnsureAsync(other, TasksOf(steps)), cancellationToken);
                var moved = await MoveAsync(session, steps, cancellationToken);
                var next = await session.QueryAsync(
                    "schedule_next", row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken);
                return new DueBatch(
                    steps.Where(step => moved.Contains(step.State.Id)).Select(InLane).Offers(),
                    next[0] is { } wait ? TimeSpan.FromMilliseconds(Math.Max(0, wait)) : null);
            },
            cancellationToken);

    private async Task<bool> WriteAsync(PostgresSession session, Transition<ScheduleState> transition, byte[]? payload)
    {
        if (transition.Effects.Count == 0)
        {
            return (await session.QueryAsync(
                "schedule_update", row => row.GetString(0), default, ScheduleRows.UpdateValues(transition.State, payload))).Count == 1;
        }

        await lanes.EnsureAsync(session, TasksOf([transition]));
        return (await MoveAsync(session, [transition], default)).Count == 1;
    }

    /// <summary>The ids of those that were still as they were, and so moved, with their tasks.</summary>
    private async Task<HashSet<string>> MoveAsync(
        PostgresSession session, Transition<ScheduleState>[] transitions, CancellationToken cancellationToken) => transitions.Length == 0
        ? []
        : [.. await session.QueryAsync("schedules_move", row => row.GetString(0), cancellationToken, MoveValues(transitions))];

    private (string Name, object? Value)[] MoveValues(Transition<ScheduleState>[] transitions)
    {
        var (after, tasks) = (transitions.Column(step => step.State), transitions.Column(step => step.GetTask()));
        return
        [
            ("id", after.Column(schedule => schedule.Id)),
            ("version", after.Column(schedule => schedule.Version)),
            ("phase", after.Column(schedule => (int)schedule.Phase)),
            ("message", after.Column(schedule => schedule.Message)),
            ("next_start", after.Column(schedule => schedule.NextStart?.ToStored())),
            ("last_run_at", after.Column(schedule => schedule.LastRunAt?.ToStored())),
            ("run_count", after.Column(schedule => schedule.RunCount)),
            ("error_count", after.Column(schedule => schedule.ErrorCount)),
            ("skip_count", after.Column(schedule => schedule.SkipCount)),
            ("collapse_count", after.Column(schedule => schedule.CollapseCount)),
            ("updated_at", after.Column(schedule => schedule.UpdatedAt.ToStored())),
            ("task_id", tasks.Column(task => task?.Id.Value)),
            ("lane", tasks.Column(task => task is null ? 0 : lanes[task.Spec])),
            ("priority", tasks.Column(task => task?.Spec.Priority)),
            ("label", tasks.Column(task => task?.Spec.Label)),
            ("spec", tasks.Column(task => task is null ? null : StoredSpec.Format(task.Spec))),
            ("lease_seconds", tasks.Column(task => task?.Spec.LeaseSeconds)),
            ("due_at", tasks.Column(task => task?.DueAt?.ToStored())),
        ];
    }

    private Transition<ScheduleState> InLane(Transition<ScheduleState> transition) =>
        transition.GetTask() is { } task ? transition.InLane(lanes[task.Spec]) : transition;

    private static IEnumerable<TaskSpec> TasksOf(IEnumerable<Transition<ScheduleState>> transitions) =>
        transitions.Select(step => step.GetTask()?.Spec).OfType<TaskSpec>();

    /// <summary>A schedule, its context, and the time by which to decide.</summary>
    private sealed record Decidable(ScheduleState Schedule, ScheduleContext Context, DateTimeOffset Now)
    {
        public static Decidable Read(DbDataReader row) =>
            new(ScheduleRows.Read(row), ScheduleRows.ReadContext(row), row.GetTime(ScheduleRows.Width));
    }
}
