using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Stores.Sqlite;

/// <content>Tasks with keys: the one writer reads who holds them, and nothing comes between.</content>
internal sealed partial class SqliteTaskStore
{
    public async Task<IReadOnlyList<QueuedTask>> QueueOnceAsync(IReadOnlyList<KeyedTask> tasks, CancellationToken cancel)
    {
        var queued = await _writer.RunAsync<IReadOnlyList<QueuedTask>>(
            session => [.. tasks.Select(task => QueueOnce(session, task))], cancel);
        Learn(queued.Select(task => task.New).OfType<TaskState>());
        return queued;
    }

    public Task<int> ForgetKeysAsync(int most, CancellationToken cancel) => _writer.RunAsync(
        session => session.Execute("keys_forget", ("since", KeysSince), ("most", most)), cancel);

    private long KeysSince => (_writer.Now - TaskKey.IdempotencyTime).Stored();

    private QueuedTask QueueOnce(SqliteSession session, KeyedTask keyed)
    {
        var (task, project) = (keyed.Task.State, keyed.Task.State.Spec.ProjectId);
        var holders = keyed.Keys.ToDictionary(key => key, key => session.Query(
            "key_held",
            row => new TaskId(row.GetString(0)),
            ("project_id", project),
            ("kind", (int)key.Kind),
            ("key", key.Text),
            ("since", KeysSince)).Cast<TaskId?>().SingleOrDefault());
        var held = holders.Values.FirstOrDefault(holder => holder is not null);
        foreach (var key in holders.Where(key => key.Value is null).Select(key => key.Key))
        {
            session.Execute(
                "key_set",
                ("project_id", project),
                ("kind", (int)key.Kind),
                ("key", key.Text),
                ("task_id", (held ?? task.Id).Value),
                ("now", _writer.Now.Stored()));
        }

        return held is { } other ? new QueuedTask(other, null) : new QueuedTask(task.Id, Queue(session, keyed.Task));
    }
}
