using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Everything that the domain decides: read the task, decide, write what follows.</content>
internal sealed partial class SqliteTaskStore
{
    public Task<IReadOnlyList<Transition<TaskState>>> ReleaseAsync(
        IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken) => ChangeAsync(
            leases, lease => lease.Task, (lease, task, now) => TaskStateMachine.Release(task, lease, now), "released", cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> FinishAsync(
        IReadOnlyList<FinishReport> reports, CancellationToken cancellationToken) => ChangeAsync(
            reports,
            report => report.Fence.Task,
            (report, task, now) => TaskStateMachine.Finish(task, report.Fence, report.Outcome, report.RetryId, now),
            TaskChange.Finished,
            cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> CancelAsync(
        string projectId, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) => ChangeAsync(
            tasks,
            id => id,
            (_, task, now) => task.Spec.ProjectId == projectId ? TaskStateMachine.Cancel(task, now) : TaskTransitions.NotFound(task.Id),
            "cancelled",
            cancellationToken);

    public Task<bool> UpdateProgressAsync(
        string projectId, TaskId task, int? percent, string? message, CancellationToken cancellationToken) => _writer.RunAsync(
            session =>
            {
                if (States(session, [task]).SingleOrDefault() is not { } found || found.Spec.ProjectId != projectId)
                {
                    return false;
                }

                if (!TaskStateMachine.UpdateProgress(found, percent, message).Unchanged)
                {
                    session.Execute("progress", ("id", task.Value), ("percent", percent), ("message", message));
                }

                return true;
            },
            cancellationToken);

    public Task DeleteAsync(string projectId, TaskId task, CancellationToken cancellationToken) => _writer.RunAsync(
        session => session.Execute("task_delete", ("id", task.Value), ("project_id", projectId)), cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> ExpireLeasesAsync(int maxCount, CancellationToken cancellationToken) =>
        _writer.RunAsync<IReadOnlyList<Transition<TaskState>>>(
            session =>
            {
                var now = _writer.Now;
                var lapsed = session.Query("lapsed", TaskRows.Read, ("now", now.ToStored()), ("most", maxCount));
                return [.. lapsed.Select(task => Write(session, task, TaskStateMachine.ExpireLease(task, now), "lapsed"))];
            },
            cancellationToken);

    public Task<DueBatch> PromoteDelayedAsync(int maxCount, CancellationToken cancellationToken) => _writer.RunAsync(
        session =>
        {
            var now = _writer.Now;
            var due = session.Query(
                "due",
                row => TaskRows.Read(row) with { DueAt = row.GetTime(TaskRows.Width) },
                ("now", now.ToStored()),
                ("most", maxCount));
            var steps = due.Select(task => Write(session, task, TaskStateMachine.Promote(task, now), "due")).ToArray();
            var next = session.Query("due_next", row => row.GetTimeOrNull(0))[0];
            return new DueBatch(
                [.. steps.SelectMany(step => step.Effects).OfType<TaskEffect.Offered>()],
                next is { } time ? TimeSpan.FromTicks(Math.Max(0, (time - now).Ticks)) : null);
        },
        cancellationToken);

    private Task<IReadOnlyList<Transition<TaskState>>> ChangeAsync<T>(
        IReadOnlyList<T> items,
        Func<T, TaskId> task,
        Func<T, TaskState, DateTimeOffset, Transition<TaskState>> decide,
        string @event,
        CancellationToken cancellationToken) => _writer.RunAsync<IReadOnlyList<Transition<TaskState>>>(
            session =>
            {
                var now = _writer.Now;
                var steps = new List<Transition<TaskState>>(items.Count);
                var read = States(session, items.Select(task)).ToDictionary(state => state.Id);
                foreach (var item in items)
                {
                    // The second time that a task comes up, it is not what it was.
                    var id = task(item);
                    var before = read.Remove(id, out var first) ? first : States(session, [id]).SingleOrDefault();
                    steps.Add(before is null
                        ? TaskTransitions.NotFound(id)
                        : Write(session, before, decide(item, before, now), @event));
                }

                return steps;
            },
            cancellationToken);

    private static IReadOnlyList<TaskState> States(SqliteSession session, IEnumerable<TaskId> ids) =>
        session.Query("states", TaskRows.Read, ("ids", Json(ids.Distinct())));

    private Transition<TaskState> Write(SqliteSession session, TaskState before, Transition<TaskState> transition, string @event)
    {
        if (TaskChange.From(before, transition, @event) is not { } change)
        {
            return transition;
        }

        var lease = WriteLease(session, change);
        if (change.LeavesQueue)
        {
            session.Execute("queue_leave", ("task_id", before.Id.Value));
        }

        WriteTask(session, change);
        if (change.Retry is { } retry)
        {
            Add(session, retry, session.Query("payload", row => row.GetByteArray(0), ("id", before.Id.Value))[0]);
        }

        session.Execute(
            "event_add",
            ("task_id", before.Id.Value),
            ("seq", _writer.NextKey()),
            ("at", _writer.Now.ToStored()),
            ("attempt", change.After.Attempt),
            ("kind", change.Event),
            ("cause", change.EndCause),
            ("session_id", lease?.SessionId),
            ("claimed_at", lease?.ClaimedAt));
        return lease?.LimitCode is null ? transition : TaskTransitions.WithSlotFreed(transition);
    }

    /// <summary>Drops or marks the lease; null when the change is about none.</summary>
    private static WrittenLease? WriteLease(SqliteSession session, TaskChange change)
    {
        if (!change.DropsLease && !change.StopsLease)
        {
            return null;
        }

        var lease = session.Query(
            change.DropsLease ? "lease_drop" : "lease_stop",
            row => new WrittenLease(row.GetStringOrNull(0), row.GetString(1), row.GetInt64(2)),
            ("task_id", change.Before.Id.Value))[0];
        if (lease.LimitCode is { } limit)
        {
            session.Execute("limit_take", ("count", -1), ("code_id", limit));
        }

        return lease;
    }

    private void WriteTask(SqliteSession session, TaskChange change)
    {
        var (id, after) = (change.Before.Id.Value, change.After);
        if (change.Ends)
        {
            session.Execute(
                "task_end",
                ("phase", (int)after.Phase),
                ("message", after.Message),
                ("exit_code", after.ExitCode),
                ("duration", after.DurationMilliseconds),
                ("attempt", after.Attempt),
                ("losses", after.Losses),
                ("percent", after.Percent),
                ("digest", after.Digest),
                ("started_at", after.StartedAt?.ToStored()),
                ("retry_id", change.Retry?.Id.Value),
                ("now", _writer.Now.ToStored()),
                ("drops_lease", change.DropsLease),
                ("task_id", id));
        }
        else if (change.DropsLease && after.Phase.IsFinal())
        {
            session.Execute("log_size_keep", ("task_id", id), ("attempt", after.Attempt));
        }

        if (change.Requeues)
        {
            var key = _writer.NextKey();
            session.Execute(
                "task_requeue",
                ("key", key),
                ("attempt", after.Attempt),
                ("losses", after.Losses),
                ("percent", after.Percent),
                ("message", after.Message),
                ("now", _writer.Now.ToStored()),
                ("task_id", id));
            AddReady(session, after, key);
        }
    }

    /// <summary>A lease that was dropped or marked; the code within whose limit a slot came free, if one did.</summary>
    private sealed record WrittenLease(string? LimitCode, string SessionId, long ClaimedAt);
}
