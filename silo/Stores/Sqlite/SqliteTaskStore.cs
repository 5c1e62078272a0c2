using System.Collections.Concurrent;
using System.Text.Json;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Tasks in SQLite: every call is one piece of the writer's next transaction, so nothing comes between read and write.</summary>
internal sealed partial class SqliteTaskStore(SqliteDatabase database) : ITaskStore
{
    private readonly SqliteWriter _writer = database.Writer;
    private readonly ConcurrentDictionary<(string Cluster, string Code, string Labels), long> _lanes = new();

    public async Task<IReadOnlyList<TaskState>> EnqueueAsync(IReadOnlyList<TaskToEnqueue> tasks, CancellationToken cancellationToken)
    {
        var queued = await _writer.RunAsync<IReadOnlyList<TaskState>>(
            session => [.. tasks.Select(task => Enqueue(session, task))], cancellationToken);
        RememberLanes(queued);
        return queued;
    }

    /// <summary>Stores a new task, as a part of a piece; returns it with its lane.</summary>
    internal TaskState Enqueue(SqliteSession session, TaskToEnqueue task)
    {
        var spec = task.State.Spec;
        if (!_lanes.TryGetValue(LaneOf(spec), out var lane))
        {
            lane = session.Query(
                "lane_add",
                row => row.GetInt64(0),
                ("cluster_id", spec.ClusterId),
                ("code_id", spec.CodeId),
                ("labels", spec.RequiredLabels.Text),
                ("project_id", spec.ProjectId),
                ("code_name", spec.CodeName))[0];
        }

        return Add(session, task.State with { Lane = lane }, task.Payload);
    }

    /// <summary>Remembers lanes once the piece has committed: a lane that was made in one which failed does not exist.</summary>
    internal void RememberLanes(IEnumerable<TaskState> queued)
    {
        foreach (var task in queued)
        {
            _lanes.TryAdd(LaneOf(task.Spec), task.Lane);
        }
    }

    public Task<IReadOnlyList<LeaseRenewalResult>> RenewAsync(IReadOnlyList<Renewal> renewals, CancellationToken cancellationToken) =>
        _writer.RunAsync<IReadOnlyList<LeaseRenewalResult>>(
            session => [.. renewals.Select(renewal => Renew(session, renewal))], cancellationToken);

    public Task ExtendLeasesAsync(CancellationToken cancellationToken) =>
        _writer.RunAsync(session => session.Execute("leases_extend", ("now", _writer.Now.ToStored())), cancellationToken);

    private static (string Cluster, string Code, string Labels) LaneOf(TaskSpec task) =>
        (task.ClusterId, task.CodeId, task.RequiredLabels.Text);

    private LeaseRenewalResult Renew(SqliteSession session, Renewal renewal)
    {
        var held = session.Query(
            "renew",
            row => new LeaseRenewalResult(TimeSpan.FromSeconds(row.GetInt32(0)), row.GetInt32(1) == 1),
            ("now", _writer.Now.ToStored()),
            ("phase", (int)renewal.Phase),
            ("percent", renewal.Percent),
            ("message", renewal.Message),
            ("digest", renewal.Digest),
            ("task_id", renewal.Fence.Task.Value),
            ("attempt", renewal.Fence.Attempt),
            ("token", renewal.Fence.Token),
            ("session_id", renewal.Fence.SessionId));
        return held.Count == 1 ? held[0] : new LeaseRenewalResult(null, Stopping: false);
    }

    private TaskState Add(SqliteSession session, TaskState task, byte[] payload)
    {
        var key = _writer.NextKey();
        var spec = task.Spec;
        session.Execute(
            "task_add",
            ("id", task.Id.Value),
            ("project_id", spec.ProjectId),
            ("lane", task.Lane),
            ("priority", spec.Priority),
            ("label", spec.Label),
            ("schedule_id", spec.ScheduleId),
            ("spec", StoredSpec.Format(spec)),
            ("retry_count", task.RetryCount),
            ("original_id", task.OriginalId?.Value),
            ("retry_of", task.RetryOf?.Value),
            ("created_at", task.CreatedAt.ToStored()),
            ("ready_key", key),
            ("payload", payload));
        if (task.RetryOf is { } first)
        {
            session.Execute("task_retried", ("id", first.Value), ("retry_id", task.Id.Value));
        }

        if (task.DueAt is { } due)
        {
            session.Execute("delayed_add", ("task_id", task.Id.Value), ("due_at", due.ToStored()));
        }
        else
        {
            AddReady(session, task, key);
        }

        return task;
    }

    private static void AddReady(SqliteSession session, TaskState task, long key) => session.Execute(
        "ready_add",
        ("lane", task.Lane),
        ("priority", task.Spec.Priority),
        ("key", key),
        ("task_id", task.Id.Value),
        ("attempt", task.Attempt),
        ("losses", task.Losses),
        ("lease_seconds", task.Spec.LeaseSeconds));

    /// <summary>Ids as a statement takes many of them.</summary>
    private static string Json(IEnumerable<TaskId> ids) => JsonSerializer.Serialize(ids.Select(id => id.Value));
}
