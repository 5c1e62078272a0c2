using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <content>Tasks with keys: their rows are locked first, and only then is read who holds them, so that two requests never both queue.</content>
internal sealed partial class PostgresTaskStore
{
    public async Task<IReadOnlyList<QueuedTask>> EnqueueUniqueAsync(IReadOnlyList<DeduplicatedTask> tasks, CancellationToken cancellationToken)
    {
        await _pool.RunAsync(session => _lanes.EnsureAsync(session, tasks.Select(task => task.Task.State.Spec)), cancellationToken);
        return await _pool.TransactAsync(
            async session =>
            {
                var (ids, taken) = DeduplicationKeys.Resolve(tasks, await HoldersAsync(session, tasks));
                await SetAsync(session, tasks, taken);
                TaskToEnqueue[] added = [.. tasks.Select(task => task.Task).Where((task, i) => task.State.Id == ids[i])];
                var states = added.Column(task => task.State with { Lane = _lanes[task.State.Spec] });
                if (added.Length > 0)
                {
                    await session.QueryAsync("queue", row => row.FieldCount, default, QueueValues(states, added));
                }

                var made = states.ToDictionary(task => task.Id);
                return (IReadOnlyList<QueuedTask>)[.. tasks.Select((task, i) => new QueuedTask(
                    ids[i], made.GetValueOrDefault(task.Task.State.Id)))];
            },
            CancellationToken.None);
    }

    public async Task<int> PurgeExpiredKeysAsync(int maxCount, CancellationToken cancellationToken) => (await _pool.RunAsync(
        session => session.QueryAsync("keys_forget", row => row.GetString(0), cancellationToken, KeyTime, ("most", maxCount)), cancellationToken)).Count;

    private static (string Name, object? Value) KeyTime =>
        ("idempotency_time", (long)DeduplicationKey.IdempotencyWindow.TotalMilliseconds);

    /// <summary>Locks all keys of a call, and reads which tasks hold them.</summary>
    private static async Task<Dictionary<DeduplicationKey, TaskId>> HoldersAsync(PostgresSession session, IReadOnlyList<DeduplicatedTask> tasks)
    {
        var keys = tasks.SelectMany(task => task.Keys).Distinct().ToArray();
        (string Name, object? Value)[] values =
        [
            ("project_id", tasks[0].Task.State.Spec.ProjectId),
            ("kind", keys.Column(key => (int)key.Kind)),
            ("key", keys.Column(key => key.Text)),
        ];
        await session.QueryAsync("keys_lock", row => row.FieldCount, default, values);
        var held = await session.QueryAsync(
            "keys_held",
            row => (Key: new DeduplicationKey((DeduplicationKeyKind)row.GetInt32(0), row.GetString(1)), Task: new TaskId(row.GetString(2))),
            default,
            [.. values, KeyTime]);
        return held.ToDictionary(found => found.Key, found => found.Task);
    }

    private static async Task SetAsync(
        PostgresSession session, IReadOnlyList<DeduplicatedTask> tasks, IReadOnlyDictionary<DeduplicationKey, TaskId> taken)
    {
        var set = taken.ToArray();
        await session.QueryAsync(
            "keys_set",
            row => row.FieldCount,
            default,
            ("project_id", tasks[0].Task.State.Spec.ProjectId),
            ("kind", set.Column(key => (int)key.Key.Kind)),
            ("key", set.Column(key => key.Key.Text)),
            ("task_id", set.Column(key => key.Value.Value)));
    }
}
