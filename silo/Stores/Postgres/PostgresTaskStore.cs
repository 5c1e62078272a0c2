using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Batching;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// Tasks in PostgreSQL, beside any number of other silos: each verb is one statement for all that asked meanwhile, and its guards
/// decide who came first.
/// </summary>
internal sealed partial class PostgresTaskStore : ITaskStore, IDisposable
{
    /// <summary>How much shares a statement; a payload weighs 1 more for every <see cref="PayloadUnit"/> bytes.</summary>
    private const int MaxBatchSize = 4096;

    private const int PayloadUnit = 4096;

    /// <summary>How many tasks are read at once: each may have a large payload.</summary>
    private const int MaxReadBatch = 64;

    private readonly PostgresDatabase _database;
    private readonly PostgresPool _pool;
    private readonly PostgresLanes _lanes;
    private readonly RecentClaims _recentClaims = new();
    private readonly RequestBatcher<TaskToEnqueue, TaskState> _queue;
    private readonly RequestBatcher<Renewal, LeaseRenewalResult> _renew;
    private readonly RequestBatcher<LeaseFence, Transition<TaskState>> _release;
    private readonly RequestBatcher<FinishReport, Transition<TaskState>> _finish;
    private readonly RequestBatcher<(string Project, TaskId Task), Transition<TaskState>> _cancel;
    private readonly RequestBatcher<LeaseFence, LeasedTask?> _orders;
    private readonly RequestBatcher<TaskId, StoredTask?> _find;

    public PostgresTaskStore(PostgresDatabase database, PostgresLanes lanes)
    {
        _database = database;
        _lanes = lanes;
        _pool = database.Tasks;
        _queue = new(QueueAsync, MaxBatchSize, task => 1 + (task.Payload.Length / PayloadUnit));
        _renew = new(RenewAsync, MaxBatchSize);
        _release = new(ReleaseAsync, MaxBatchSize);
        _finish = new(FinishAsync, MaxBatchSize);
        _cancel = new(CancelAsync, MaxBatchSize);
        _orders = new(ReadOrdersAsync, MaxBatchSize);
        _find = new(FindAsync, MaxReadBatch);
    }

    public Task<IReadOnlyList<TaskState>> EnqueueAsync(IReadOnlyList<TaskToEnqueue> tasks, CancellationToken cancellationToken) =>
        _queue.RunAsync(tasks, cancellationToken);

    public Task<IReadOnlyList<LeaseRenewalResult>> RenewAsync(IReadOnlyList<Renewal> renewals, CancellationToken cancellationToken) =>
        _renew.RunAsync(renewals, cancellationToken);

    public void Dispose() => _recentClaims.Dispose();

    public Task ExtendLeasesAsync(CancellationToken cancellationToken) => _pool.RunAsync(
        session => session.QueryAsync("leases_extend", row => row.FieldCount, cancellationToken), cancellationToken);

    private Task<IReadOnlyList<TaskState>> QueueAsync(IReadOnlyList<TaskToEnqueue> tasks) => _pool.RunAsync(
        async session =>
        {
            await _lanes.EnsureAsync(session, tasks.Select(task => task.State.Spec));
            IReadOnlyList<TaskState> queued = [.. tasks.Select(task => task.State with { Lane = _lanes[task.State.Spec] })];
            await session.QueryAsync("queue", row => row.FieldCount, default, QueueValues(queued, tasks));
            return queued;
        },
        default);

    private Task<IReadOnlyList<LeaseRenewalResult>> RenewAsync(IReadOnlyList<Renewal> renewals) =>
        _database.Renewals.RunAsync<IReadOnlyList<LeaseRenewalResult>>(
            async session =>
            {
                _recentClaims.Forget(renewals);
                var answers = new LeaseRenewalResult[renewals.Count];
                await ConflictRetry.RunAsync(renewals.Count, i => renewals[i].Fence, async round =>
                {
                    var held = await RenewAsync(session, round.Column(i => renewals[i]));
                    foreach (var i in round)
                    {
                        answers[i] = held.GetValueOrDefault(renewals[i].Fence) ?? new LeaseRenewalResult(null, Stopping: false);
                    }

                    return [];
                });
                return answers;
            },
            default);

    /// <summary>Renews different leases; those that are lost have no answer.</summary>
    private static async Task<Dictionary<LeaseFence, LeaseRenewalResult>> RenewAsync(PostgresSession session, Renewal[] renewals)
    {
        var held = await session.QueryAsync(
            "renew",
            row => (
                Fence: FenceRows.Read(row),
                Answer: new LeaseRenewalResult(TimeSpan.FromSeconds(row.GetInt32(4)), row.GetInt32(5) == 1)),
            default,
            [
                .. FenceRows.Values(renewals, renewal => renewal.Fence),
                ("phase", renewals.Column(renewal => (int)renewal.Phase)),
                ("percent", renewals.Column(renewal => renewal.Percent)),
                ("message", renewals.Column(renewal => renewal.Message)),
                ("digest", renewals.Column(renewal => renewal.Digest)),
            ]);
        return held.ToDictionary(found => found.Fence, found => found.Answer);
    }

    private static (string Name, object? Value)[] QueueValues(IReadOnlyList<TaskState> tasks, IReadOnlyList<TaskToEnqueue> given) =>
    [
        ("id", tasks.Column(task => task.Id.Value)),
        ("project_id", tasks.Column(task => task.Spec.ProjectId)),
        ("lane", tasks.Column(task => task.Lane)),
        ("priority", tasks.Column(task => task.Spec.Priority)),
        ("label", tasks.Column(task => task.Spec.Label)),
        ("schedule_id", tasks.Column(task => task.Spec.ScheduleId)),
        ("spec", tasks.Column(task => StoredSpec.Format(task.Spec))),
        ("lease_seconds", tasks.Column(task => task.Spec.LeaseSeconds)),
        ("retry_count", tasks.Column(task => task.RetryCount)),
        ("original_id", tasks.Column(task => task.OriginalId?.Value)),
        ("retry_of", tasks.Column(task => task.RetryOf?.Value)),
        ("created_at", tasks.Column(task => task.CreatedAt.ToStored())),
        ("due_at", tasks.Column(task => task.DueAt?.ToStored())),
        ("payload", given.Column(task => task.Payload)),
    ];
}
