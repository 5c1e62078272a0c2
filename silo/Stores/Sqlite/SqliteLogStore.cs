using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Logs;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Logs in SQLite.</summary>
internal sealed class SqliteLogStore(SqliteDatabase database, LogLimits limits) : ILogStore
{
    public Task<IReadOnlyList<LogAppendResult>> AppendAsync(IReadOnlyList<LogAppend> pieces, CancellationToken cancellationToken)
    {
        // Compressed here, beside the writer's thread, although a piece may yet prove stale.
        LogChunk[] chunks = [.. pieces.Select(LogChunk.Of)];
        return database.Writer.RunAsync<IReadOnlyList<LogAppendResult>>(
            session => [.. chunks.Select(chunk => Append(session, chunk))], cancellationToken);
    }

    public Task<byte[]> ReadAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken) =>
        Task.FromResult(StoredChunk.Join(offset, Chunks(task, attempt, offset)));

    public Task<LogOutput> ReadOutputAsync(TaskId task, int attempt, long offset, CancellationToken cancellationToken) =>
        Task.FromResult(StoredChunk.JoinOutput(offset, Chunks(task, attempt, offset)));

    private IReadOnlyList<StoredChunk> Chunks(TaskId task, int attempt, long offset) =>
        database.Read(session => session.Query(
            "log_read",
            StoredChunk.Read,
            ("task_id", task.Value),
            ("attempt", attempt),
            ("offset", offset)));

    private LogAppendResult Append(SqliteSession session, LogChunk chunk)
    {
        var lease = chunk.Fence;
        var end = session.Query(
            "log_end",
            row => row.GetInt64(0),
            ("task_id", lease.Task.Value),
            ("attempt", lease.Attempt),
            ("token", lease.Token),
            ("session_id", lease.SessionId));
        if (end.Count == 0)
        {
            return LogAppendResult.Stale;
        }

        var answer = limits.Evaluate(chunk, end[0], out var add);
        if (add)
        {
            session.Execute(
                "log_add",
                ("task_id", lease.Task.Value),
                ("attempt", lease.Attempt),
                ("start", chunk.Start),
                ("size", chunk.Size),
                ("data", chunk.Data),
                ("runs", chunk.Runs));
        }

        return answer;
    }
}
