using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Stores.Postgres;

/// <content>Tasks with keys: their rows are locked first, and only then is read who holds them, so that two requests never both queue.</content>
internal sealed partial class PostgresTaskStore
{
    public async Task<IReadOnlyList<QueuedTask>> QueueOnceAsync(IReadOnlyList<KeyedTask> tasks, CancellationToken cancel)
    {
        await _pool.RunAsync(session => _lanes.FindAsync(session, tasks.Select(task => task.Task.State.Spec)), cancel);
        return await _pool.TransactAsync(
            async session =>
            {
                var holders = await HoldersAsync(session, tasks);
                var queued = Settle(tasks, holders, out var taken);
                NewTask[] added = [.. tasks.Zip(queued).Where(pair => pair.Second.New is not null).Select(pair => pair.First.Task)];
                await SetAsync(session, tasks, taken);
                if (added.Length > 0)
                {
                    TaskState[] states = [.. queued.Select(task => task.New).OfType<TaskState>()];
                    await session.QueryAsync("queue", row => row.FieldCount, default, QueueValues(states, added));
                }

                return queued;
            },
            CancellationToken.None);
    }

    public async Task<int> ForgetKeysAsync(int most, CancellationToken cancel) => (await _pool.RunAsync(
        session => session.QueryAsync("keys_forget", row => row.GetString(0), cancel, KeyTime, ("most", most)), cancel)).Count;

    private static (string Name, object? Value) KeyTime =>
        ("idempotency_time", (long)TaskKey.IdempotencyTime.TotalMilliseconds);

    /// <summary>Locks all keys of a call, and reads which tasks hold them.</summary>
    private static async Task<Dictionary<TaskKey, TaskId>> HoldersAsync(PostgresSession session, IReadOnlyList<KeyedTask> tasks)
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
            row => (Key: new TaskKey((TaskKeyKind)row.GetInt32(0), row.GetString(1)), Task: new TaskId(row.GetString(2))),
            default,
            [.. values, KeyTime]);
        return held.ToDictionary(found => found.Key, found => found.Task);
    }

    /// <summary>Decides entry by entry; what an entry takes is held for those that follow.</summary>
    private List<QueuedTask> Settle(
        IReadOnlyList<KeyedTask> tasks, Dictionary<TaskKey, TaskId> holders, out Dictionary<TaskKey, TaskId> taken)
    {
        taken = [];
        var queued = new List<QueuedTask>(tasks.Count);
        foreach (var (task, keys) in tasks)
        {
            var held = keys.Where(holders.ContainsKey).Select(key => (TaskId?)holders[key]).FirstOrDefault();
            queued.Add(held is { } other
                ? new QueuedTask(other, null)
                : new QueuedTask(task.State.Id, task.State with { Lane = _lanes[task.State.Spec] }));
            foreach (var key in keys.Where(key => !holders.ContainsKey(key)))
            {
                holders[key] = taken[key] = queued[^1].Id;
            }
        }

        return queued;
    }

    private static async Task SetAsync(
        PostgresSession session, IReadOnlyList<KeyedTask> tasks, Dictionary<TaskKey, TaskId> taken)
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
