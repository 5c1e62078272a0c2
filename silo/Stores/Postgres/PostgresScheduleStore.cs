using System.Data.Common;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Schedules;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// Schedules in PostgreSQL, beside any number of other silos: what is decided about one is written where its version is still
/// the same.
/// </summary>
internal sealed class PostgresScheduleStore(PostgresDatabase database, PostgresLanes lanes)
    : ScheduleStore(database)
{
    /// <summary>A lost race is somebody else's success: nobody loses more of them than this by chance.</summary>
    private const int MostRaces = 10;

    private readonly PostgresPool _pool = database.Tasks;

    public override Task<bool> AddAsync(
        IReadOnlyList<StoredSchedule> schedules, int most, CancellationToken cancellationToken) => _pool.TransactAsync(
            async session =>
            {
                var live = await session.QueryAsync(
                    "schedule_room", row => row.GetInt32(0), cancellationToken, ("project_id", schedules[0].State.Spec.ProjectId));
                if (live[^1] + schedules.Count > most)
                {
                    return false;
                }

                foreach (var schedule in schedules)
                {
                    await session.QueryAsync("schedule_add", row => row.FieldCount, cancellationToken, ScheduleRows.Added(schedule));
                }

                return true;
            },
            cancellationToken);

    public override Task<Step<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken) =>
        _pool.RunAsync(
            async session =>
            {
                Step<ScheduleState>? lost = null;
                for (var race = 0; race < MostRaces; race++)
                {
                    var found = await session.QueryAsync(
                        "schedule_state", Decidable.Read, cancellationToken, ("id", scheduleId), ("project_id", projectId));
                    if (found is not [var before])
                    {
                        return ScheduleSteps.NotFound(scheduleId);
                    }

                    var step = decide(before.Schedule, before.Ground, before.Now);
                    if (step.Unchanged || await WriteAsync(session, step, payload))
                    {
                        return InLane(step);
                    }

                    lost = Step.Refuse(
                        before.Schedule, RefusalKind.Stale, $"schedule {scheduleId} changes all the time: try again");
                }

                return lost!;
            },
            cancellationToken);

    public override Task<DueBatch> DueAsync(int most, Func<TaskId> newTask, CancellationToken cancellationToken) =>
        _pool.TransactAsync(
            async session =>
            {
                var due = await session.QueryAsync("schedules_due", Decidable.Read, cancellationToken, ("most", most));
                var steps = due.Column(found => ScheduleMachine.Due(found.Schedule, found.Ground, newTask(), found.Now));

                // On a connection of its own: a lane may be known only once it has committed.
                await _pool.RunAsync(other => lanes.FindAsync(other, TasksOf(steps)), cancellationToken);
                var moved = await MoveAsync(session, steps, cancellationToken);
                var next = await session.QueryAsync(
                    "schedule_next", row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken);
                return new DueBatch(
                    steps.Where(step => moved.Contains(step.State.Id)).Select(InLane).Offers(),
                    next[0] is { } wait ? TimeSpan.FromMilliseconds(Math.Max(0, wait)) : null);
            },
            cancellationToken);

    private async Task<bool> WriteAsync(PostgresSession session, Step<ScheduleState> step, byte[]? payload)
    {
        if (step.Effects.Count == 0)
        {
            return (await session.QueryAsync(
                "schedule_update", row => row.GetString(0), default, ScheduleRows.Updated(step.State, payload))).Count == 1;
        }

        await lanes.FindAsync(session, TasksOf([step]));
        return (await MoveAsync(session, [step], default)).Count == 1;
    }

    /// <summary>The ids of those that were still as they were, and so moved, with their tasks.</summary>
    private async Task<HashSet<string>> MoveAsync(
        PostgresSession session, Step<ScheduleState>[] steps, CancellationToken cancellationToken) => steps.Length == 0
        ? []
        : [.. await session.QueryAsync("schedules_move", row => row.GetString(0), cancellationToken, MoveValues(steps))];

    private (string Name, object? Value)[] MoveValues(Step<ScheduleState>[] steps)
    {
        var (after, tasks) = (steps.Column(step => step.State), steps.Column(step => step.Task()));
        return
        [
            ("id", after.Column(schedule => schedule.Id)),
            ("version", after.Column(schedule => schedule.Version)),
            ("phase", after.Column(schedule => (int)schedule.Phase)),
            ("message", after.Column(schedule => schedule.Message)),
            ("next_start", after.Column(schedule => schedule.NextStart?.Stored())),
            ("last_run_at", after.Column(schedule => schedule.LastRunAt?.Stored())),
            ("run_count", after.Column(schedule => schedule.RunCount)),
            ("error_count", after.Column(schedule => schedule.ErrorCount)),
            ("skip_count", after.Column(schedule => schedule.SkipCount)),
            ("collapse_count", after.Column(schedule => schedule.CollapseCount)),
            ("updated_at", after.Column(schedule => schedule.UpdatedAt.Stored())),
            ("task_id", tasks.Column(task => task?.Id.Value)),
            ("lane", tasks.Column(task => task is null ? 0 : lanes[task.Spec])),
            ("code_id", tasks.Column(task => task?.Spec.CodeId)),
            ("code_rev", tasks.Column(task => task?.Spec.CodeRev)),
            ("priority", tasks.Column(task => task?.Spec.Priority)),
            ("timeout", tasks.Column(task => task?.Spec.TimeoutSeconds)),
            ("delay", tasks.Column(task => task?.Spec.DelaySeconds)),
            ("retries", tasks.Column(task => task?.Spec.Retries)),
            ("retries_delay", tasks.Column(task => task?.Spec.RetriesDelaySeconds)),
            ("lease_seconds", tasks.Column(task => task?.Spec.LeaseSeconds)),
            ("max_losses", tasks.Column(task => task?.Spec.MaxLosses)),
            ("due_at", tasks.Column(task => task?.DueAt?.Stored())),
            ("required_labels", tasks.Column(task => task?.Spec.RequiredLabels.Text)),
        ];
    }

    private Step<ScheduleState> InLane(Step<ScheduleState> step) =>
        step.Task() is { } task ? step.InLane(lanes[task.Spec]) : step;

    private static IEnumerable<TaskSpec> TasksOf(IEnumerable<Step<ScheduleState>> steps) =>
        steps.Select(step => step.Task()?.Spec).OfType<TaskSpec>();

    /// <summary>A schedule, its ground, and the time by which to decide.</summary>
    private sealed record Decidable(ScheduleState Schedule, ScheduleGround Ground, DateTimeOffset Now)
    {
        public static Decidable Read(DbDataReader row) =>
            new(ScheduleRows.Read(row), ScheduleRows.ReadGround(row), row.Time(ScheduleRows.Width));
    }
}
