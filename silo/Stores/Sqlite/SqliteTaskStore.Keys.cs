using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Tasks with keys: the one writer reads who holds them, and nothing comes between.</content>
internal sealed partial class SqliteTaskStore
{
    public async Task<IReadOnlyList<QueuedTask>> QueueOnceAsync(IReadOnlyList<KeyedTask> tasks, CancellationToken cancellationToken)
    {
        var queued = await _writer.RunAsync<IReadOnlyList<QueuedTask>>(
            session => QueueOnce(session, tasks), cancellationToken);
        Learn(queued.Select(task => task.New).OfType<TaskState>());
        return queued;
    }

    public Task<int> ForgetKeysAsync(int most, CancellationToken cancellationToken) => _writer.RunAsync(
        session => session.Execute("keys_forget", ("since", KeysSince), ("most", most)), cancellationToken);

    private long KeysSince => (_writer.Now - TaskKey.IdempotencyTime).Stored();

    private IReadOnlyList<QueuedTask> QueueOnce(SqliteSession session, IReadOnlyList<KeyedTask> tasks)
    {
        var project = tasks[0].Task.State.Spec.ProjectId;
        var (ids, taken) = TaskKeys.Settle(tasks, HoldersOf(session, project, tasks.SelectMany(task => task.Keys).Distinct()));
        foreach (var (key, task) in taken)
        {
            session.Execute(
                "key_set",
                ("project_id", project),
                ("kind", (int)key.Kind),
                ("key", key.Text),
                ("task_id", task.Value),
                ("now", _writer.Now.Stored()));
        }

        return [.. tasks.Select((task, i) => new QueuedTask(
            ids[i], ids[i] == task.Task.State.Id ? Queue(session, task.Task) : null))];
    }

    private Dictionary<TaskKey, TaskId> HoldersOf(SqliteSession session, string project, IEnumerable<TaskKey> keys)
    {
        var holders = new Dictionary<TaskKey, TaskId>();
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
