using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>What was decided about a task, and the state that it was decided on: as it was read, or as it was claimed a moment ago.</summary>
internal sealed record Decision(TaskState Before, Transition<TaskState> Transition, bool IsRemembered = false)
{
    /// <summary>The result if other writers changed the task first, again and again.</summary>
    public Transition<TaskState> Conflict { get; } =
        Domain.Decisions.Transition.Reject(Before, ErrorKind.Stale, $"task {Before.Id} changes all the time: try again");

    /// <summary>There was nothing to decide on.</summary>
    public static Decision NotFound(TaskId id)
    {
        var step = TaskTransitions.NotFound(id);
        return new Decision(step.State, step);
    }
}

/// <summary>Writes decisions about different tasks in one statement, each where what it was decided on still holds.</summary>
internal static class ChangeRows
{
    /// <summary>One step a decision: as decided, or <see cref="Decision.Conflict"/>.</summary>
    public static async Task<IReadOnlyList<Transition<TaskState>>> WriteAsync(
        PostgresSession session, IReadOnlyList<Decision> decisions, string cause, CancellationToken cancellationToken)
    {
        var changes = decisions.Select(decision => TaskChange.From(decision.Before, decision.Transition, cause, decision.IsRemembered))
            .OfType<TaskChange>().ToArray();
        if (changes.Length == 0)
        {
            return [.. decisions.Select(decision => decision.Transition)];
        }

        var took = (await session.QueryAsync(
            "changes", row => (Id: row.GetString(0), Limit: row.GetStringOrNull(1)), cancellationToken, Values(changes)))
            .ToDictionary(row => row.Id, row => row.Limit);
        return [.. decisions.Select(decision =>
            decision.Transition.Unchanged ? decision.Transition
            : !took.TryGetValue(decision.Before.Id.Value, out var limit) ? decision.Conflict
            : limit is null ? decision.Transition
            : TaskTransitions.WithSlotFreed(decision.Transition))];
    }

    private static (string Name, object? Value)[] Values(TaskChange[] changes) =>
        [.. Guards(changes), .. Rows(changes), .. Outcomes(changes), .. Retries(changes)];

    private static (string Name, object? Value)[] Guards(TaskChange[] changes)
    {
        var held = changes.Column(change => change.Before.Lease);
        return
        [
            ("task_id", changes.Column(change => change.Before.Id.Value)),
            ("held_attempt", held.Column(lease => lease?.Fence.Attempt)),
            ("held_token", held.Column(lease => lease?.Fence.Token)),
            ("held_session", held.Column(lease => lease?.Fence.SessionId)),
            ("held_untouched", changes.Column(change => change.IsRemembered)),
            ("held_stopping", held.Column(lease => lease is { Stopping: true } ? 1 : 0)),
        ];
    }

    private static (string Name, object? Value)[] Rows(TaskChange[] changes) =>
    [
        ("drops", changes.Column(change => change.DropsLease)),
        ("stops", changes.Column(change => change.StopsLease)),
        ("leaves", changes.Column(change => change.LeavesQueue)),
        ("ends", changes.Column(change => change.Ends)),
        ("requeues", changes.Column(change => change.Requeues)),
        ("kind", changes.Column(change => change.Event)),
        ("cause", changes.Column(change => change.EndCause)),
        ("lease_seconds", changes.Column(change => change.After.Spec.LeaseSeconds)),
    ];

    private static (string Name, object? Value)[] Outcomes(TaskChange[] changes)
    {
        var after = changes.Column(change => change.After);
        return
        [
            ("phase", after.Column(task => (int)task.Phase)),
            ("message", after.Column(task => task.Message)),
            ("exit_code", after.Column(task => task.ExitCode)),
            ("duration", after.Column(task => task.DurationMilliseconds)),
            ("attempt", after.Column(task => task.Attempt)),
            ("losses", after.Column(task => task.Losses)),
            ("percent", after.Column(task => task.Percent)),
            ("digest", after.Column(task => task.Digest)),
            ("started_at", after.Column(task => task.StartedAt?.ToStored())),
            ("at", after.Column(task => task.UpdatedAt.ToStored())),
        ];
    }

    private static (string Name, object? Value)[] Retries(TaskChange[] changes)
    {
        var retries = changes.Column(change => change.Retry);
        return
        [
            ("retry_id", retries.Column(retry => retry?.Id.Value)),
            ("retry_spec", retries.Column(retry => retry is null ? null : StoredSpec.Format(retry.Spec))),
            ("retry_count", retries.Column(retry => retry?.RetryCount)),
            ("retry_original", retries.Column(retry => retry?.OriginalId?.Value)),
            ("retry_due", retries.Column(retry => retry?.DueAt?.ToStored())),
        ];
    }
}
