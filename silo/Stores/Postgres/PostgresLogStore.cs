using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Batching;
using OrleansHybrid.Stores.Logs;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Logs in PostgreSQL.</summary>
internal sealed class PostgresLogStore : ILogStore
{
    private const int MaxBatchBytes = 8 << 20;

    private readonly PostgresPool _pool;
    private readonly LogLimits _limits;
    private readonly RequestBatcher<LogChunk, LogAppendResult> _append;

    public PostgresLogStore(PostgresDatabase database, LogLimits limits)
    {
        _pool = database.Tasks;
        _limits = limits;
        _append = new(AppendAsync, MaxBatchBytes, chunk => chunk.Data.Length);
    }

    public Task<IReadOnlyList<LogAppendResult>> AppendAsync(IReadOnlyList<LogAppend> pieces, CancellationToken cancellationToken) =>
        _append.RunAsync([.. pieces.Select(LogChunk.Of)], cancellationToken);

    public async Task<byte[]> ReadAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken) =>
        StoredChunk.Join(offset, await ChunksAsync(task, attempt, offset, cancellationToken));

    public async Task<LogOutput> ReadOutputAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken) =>
        StoredChunk.JoinOutput(offset, await ChunksAsync(task, attempt, offset, cancellationToken));

    private Task<IReadOnlyList<StoredChunk>> ChunksAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken) =>
        _pool.RunAsync(
            session => session.QueryAsync(
                "log_read", StoredChunk.Read, cancellationToken, ("task_id", task.Value), ("attempt", attempt), ("offset", offset)),
            cancellationToken);

    private Task<IReadOnlyList<LogAppendResult>> AppendAsync(IReadOnlyList<LogChunk> chunks) =>
        _pool.RunAsync<IReadOnlyList<LogAppendResult>>(
            async session =>
            {
                var answers = new LogAppendResult[chunks.Count];
                await ConflictRetry.RunAsync(chunks.Count, i => (chunks[i].Fence.Task, chunks[i].Fence.Attempt), async round =>
                {
                    var ends = await EndsAsync(session, round.Column(i => chunks[i].Fence));
                    var adding = new List<int>();
                    foreach (var i in round)
                    {
                        var add = false;
                        answers[i] = ends.TryGetValue(chunks[i].Fence, out var end)
                            ? _limits.Evaluate(chunks[i], end, out add)
                            : LogAppendResult.Stale;
                        if (add)
                        {
                            adding.Add(i);
                        }
                    }

                    var added = await AddAsync(session, adding.Column(i => chunks[i]));
                    int[] lost = [.. adding.Where(i => !added.Contains((chunks[i].Fence.Task, chunks[i].Fence.Attempt)))];
                    foreach (var i in lost)
                    {
                        answers[i] = LogAppendResult.Full;
                    }

                    return lost;
                });
                return answers;
            },
            default);

    /// <summary>Where the logs of live leases end.</summary>
    private static async Task<Dictionary<LeaseFence, long>> EndsAsync(PostgresSession session, LeaseFence[] leases) =>
        (await session.QueryAsync(
            "log_ends",
            row => (Fence: FenceRows.Read(row), End: row.GetInt64(4)),
            default,
            ("task_id", leases.Column(lease => lease.Task.Value)))).ToDictionary(row => row.Fence, row => row.End);

    /// <summary>Adds chunks of different logs; returns those that were added, where leases and ends were still so.</summary>
    private static async Task<HashSet<(TaskId, int)>> AddAsync(PostgresSession session, LogChunk[] chunks) =>
        chunks.Length == 0 ? [] : (await session.QueryAsync(
            "logs_add",
            row => (new TaskId(row.GetString(0)), row.GetInt32(1)),
            default,
            [
                .. FenceRows.Values(chunks, chunk => chunk.Fence),
                ("start", chunks.Column(chunk => chunk.Start)),
                ("size", chunks.Column(chunk => chunk.Size)),
                ("data", chunks.Column(chunk => chunk.Data)),
                ("runs", chunks.Column(chunk => chunk.Runs)),
            ])).ToHashSet();
}
