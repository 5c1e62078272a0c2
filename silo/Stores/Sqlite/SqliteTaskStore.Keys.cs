using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Tasks with keys: the one writer reads who holds them, and nothing comes between.</content>
internal sealed partial class SqliteTaskStore
{
    public async Task<IReadOnlyList<QueuedTask>> EnqueueUniqueAsync(IReadOnlyList<DeduplicatedTask> tasks, CancellationToken cancellationToken)
    {
        var queued = await _writer.RunAsync<IReadOnlyList<QueuedTask>>(
            session => EnqueueUnique(session, tasks), cancellationToken);
        RememberLanes(queued.Select(task => task.New).OfType<TaskState>());
        return queued;
    }

    public Task<int> PurgeExpiredKeysAsync(int maxCount, CancellationToken cancellationToken) => _writer.RunAsync(
        session => session.Execute("keys_forget", ("since", KeysSince), ("most", maxCount)), cancellationToken);

    private long KeysSince => (_writer.Now - DeduplicationKey.IdempotencyWindow).ToStored();

    private IReadOnlyList<QueuedTask> EnqueueUnique(SqliteSession session, IReadOnlyList<DeduplicatedTask> tasks)
    {
        var project = tasks[0].Task.State.Spec.ProjectId;
        var (ids, taken) = DeduplicationKeys.Resolve(tasks, HoldersOf(session, project, tasks.SelectMany(task => task.Keys).Distinct()));
        foreach (var (key, task) in taken)
        {
            session.Execute(
                "key_set",
                ("project_id", project),
                ("kind", (int)key.Kind),
                ("key", key.Text),
                ("task_id", task.Value),
                ("now", _writer.Now.ToStored()));
        }

        return [.. tasks.Select((task, i) => new QueuedTask(
            ids[i], ids[i] == task.Task.State.Id ? Enqueue(session, task.Task) : null))];
    }

    private Dictionary<DeduplicationKey, TaskId> HoldersOf(SqliteSession session, string project, IEnumerable<DeduplicationKey> keys)
    {
        var holders = new Dictionary<DeduplicationKey, TaskId>();
        foreach (var key in keys)
        {
            foreach (var holder in session.Query(
                "key_held",
                row => new TaskId(row.GetString(0)),
                ("project_id", project),
                ("kind", (int)key.Kind),
                ("key", key.Text),
                ("since", KeysSince)))
            {
                holders[key] = holder;
            }
        }

        return holders;
    }
}
