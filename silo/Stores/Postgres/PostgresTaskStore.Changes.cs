using System.Data.Common;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Batching;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <content>Everything that the domain decides: read the tasks, decide each, write what follows where it still holds.</content>
internal sealed partial class PostgresTaskStore
{
    public Task<IReadOnlyList<Transition<TaskState>>> ReleaseAsync(
        IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken) => _release.RunAsync(leases, cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> FinishAsync(
        IReadOnlyList<FinishReport> reports, CancellationToken cancellationToken) => _finish.RunAsync(reports, cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> CancelAsync(
        string projectId, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken) =>
        _cancel.RunAsync([.. tasks.Select(task => (projectId, task))], cancellationToken);

    public Task<bool> UpdateProgressAsync(
        string projectId, TaskId task, int? percent, string? message, CancellationToken cancellationToken) => _pool.RunAsync(
            async session =>
            {
                var read = await session.QueryAsync("states", ReadState, cancellationToken, ("id", new[] { task.Value }));
                if (read is not [var (found, _)] || found.Spec.ProjectId != projectId)
                {
                    return false;
                }

                // One that ends before this is written stays as it is: the statement looks once more.
                if (!TaskStateMachine.UpdateProgress(found, percent, message).Unchanged)
                {
                    await session.QueryAsync(
                        "progress", row => row.FieldCount, cancellationToken, ("id", task.Value), ("percent", percent), ("message", message));
                }

                return true;
            },
            cancellationToken);

    public Task DeleteAsync(string projectId, TaskId task, CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync(
            "task_delete", row => row.FieldCount, cancellationToken, ("id", task.Value), ("project_id", projectId)),
        cancellationToken);

    public Task<IReadOnlyList<Transition<TaskState>>> ExpireLeasesAsync(int maxCount, CancellationToken cancellationToken) => _pool.TransactAsync(
        async session =>
        {
            var lapsed = await session.QueryAsync("lapsed", ReadState, cancellationToken, ("most", maxCount));
            return await WriteLockedAsync(session, lapsed, TaskStateMachine.ExpireLease, "lapsed", cancellationToken);
        },
        cancellationToken);

    public Task<DueBatch> PromoteDelayedAsync(int maxCount, CancellationToken cancellationToken) => _pool.TransactAsync(
        async session =>
        {
            var due = await session.QueryAsync("due", ReadDelayed, cancellationToken, ("most", maxCount));
            var steps = await WriteLockedAsync(session, due, TaskStateMachine.Promote, "due", cancellationToken);
            var next = await session.QueryAsync("due_next", row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken);
            return new DueBatch(
                [.. steps.SelectMany(step => step.Effects).OfType<TaskEffect.Offered>()],
                next[0] is { } wait ? TimeSpan.FromMilliseconds(Math.Max(0, wait)) : null);
        },
        cancellationToken);

    private Task<IReadOnlyList<Transition<TaskState>>> ReleaseAsync(IReadOnlyList<LeaseFence> leases) => ChangeAsync(
        leases, lease => lease.Task, (lease, task, now) => TaskStateMachine.Release(task, lease, now), "released");

    private Task<IReadOnlyList<Transition<TaskState>>> FinishAsync(IReadOnlyList<FinishReport> reports) => ChangeAsync(
        reports,
        report => report.Fence.Task,
        (report, task, now) => TaskStateMachine.Finish(task, report.Fence, report.Outcome, report.RetryId, now),
        TaskChange.Finished,
        report => _recentClaims.Take(report.Fence));

    private Task<IReadOnlyList<Transition<TaskState>>> CancelAsync(IReadOnlyList<(string Project, TaskId Task)> tasks) => ChangeAsync(
        tasks,
        asked => asked.Task,
        (asked, task, now) =>
            task.Spec.ProjectId == asked.Project ? TaskStateMachine.Cancel(task, now) : TaskTransitions.NotFound(task.Id),
        "cancelled");

    /// <param name="items">What is to be decided.</param>
    /// <param name="task">The task that an item is about.</param>
    /// <param name="decide">Decides an item on the task as it is, or as it was remembered.</param>
    /// <param name="cause">The cause to note.</param>
    /// <param name="remembered">The task as it was remembered, once; null where it has to be read.</param>
    private Task<IReadOnlyList<Transition<TaskState>>> ChangeAsync<T>(
        IReadOnlyList<T> items,
        Func<T, TaskId> task,
        Func<T, TaskState, DateTimeOffset, Transition<TaskState>> decide,
        string cause,
        Func<T, (TaskState Task, DateTimeOffset Now)?>? remembered = null) => _pool.RunAsync<IReadOnlyList<Transition<TaskState>>>(
            async session =>
            {
                var steps = new Transition<TaskState>[items.Count];
                await ConflictRetry.RunAsync(items.Count, i => task(items[i]), async round =>
                {
                    var known = round.Column(i => remembered?.Invoke(items[i]));
                    var found = await ReadStatesAsync(session, [.. round.Where((_, place) => known[place] is null).Select(i => task(items[i]).Value)]);
                    var decisions = new Decision[round.Count];
                    foreach (var (place, i) in round.Index())
                    {
                        decisions[place] = known[place] is var (before, now)
                            ? new Decision(before, decide(items[i], before, now), IsRemembered: true)
                            : found.TryGetValue(task(items[i]), out var row)
                            ? new Decision(row.Task, decide(items[i], row.Task, row.Now))
                            : Decision.NotFound(task(items[i]));
                    }

                    var written = await ChangeRows.WriteAsync(session, decisions, cause, default);
                    foreach (var (i, step) in round.Zip(written))
                    {
                        steps[i] = step;
                    }

                    return [.. round.Where((_, place) => ReferenceEquals(written[place], decisions[place].Conflict))];
                });
                return steps;
            },
            default);

    private static async Task<Dictionary<TaskId, (TaskState Task, DateTimeOffset Now)>> ReadStatesAsync(PostgresSession session, string[] ids) =>
        ids.Length == 0 ? [] : (await session.QueryAsync("states", ReadState, default, ("id", ids))).ToDictionary(row => row.Task.Id);

    /// <summary>Writes what follows for rows that this transaction holds.</summary>
    private static async Task<IReadOnlyList<Transition<TaskState>>> WriteLockedAsync(
        PostgresSession session,
        IReadOnlyList<(TaskState Task, DateTimeOffset Now)> rows,
        Func<TaskState, DateTimeOffset, Transition<TaskState>> decide,
        string cause,
        CancellationToken cancellationToken)
    {
        var decisions = rows.Column(row => new Decision(row.Task, decide(row.Task, row.Now)));
        var written = await ChangeRows.WriteAsync(session, decisions, cause, cancellationToken);
        return [.. written.Where(step => !step.Unchanged)];
    }

    private static (TaskState Task, DateTimeOffset Now) ReadState(DbDataReader row) =>
        (TaskRows.Read(row), row.GetTime(TaskRows.Width));

    private static (TaskState Task, DateTimeOffset Now) ReadDelayed(DbDataReader row) =>
        (TaskRows.Read(row) with { DueAt = row.GetTime(TaskRows.Width + 1) }, row.GetTime(TaskRows.Width));
}
