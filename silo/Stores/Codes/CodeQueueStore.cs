using System.Data.Common;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Codes;

/// <summary>All tasks of one code, in either database.</summary>
internal sealed class CodeQueueStore(IDatabase database) : ICodeQueueStore
{
    public async Task<bool> PauseAsync(string codeId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "code_pause", row => row.FieldCount, cancellationToken, ("code_id", codeId), ("now", now.ToStored()))).Count == 1;

    public async Task<bool> ResumeAsync(string codeId, CancellationToken cancellationToken) =>
        (await database.WriteAsync("code_resume", row => row.FieldCount, cancellationToken, ("code_id", codeId))).Count == 1;

    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string codeId, CancellationToken cancellationToken) => database.ReadAsync(
        "waiting_of_code",
        TaskRows.ReadBacklog,
        cancellationToken,
        ("code_id", codeId));

    public async Task<IReadOnlyDictionary<TaskPhase, long>> CountAsync(
        string codeId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        // Ids begin with the time of queueing.
        var counts = await database.ReadAsync(
            "code_counts",
            row => (Phase: (TaskPhase)row.GetInt32(0), Count: row.GetInt64(1)),
            cancellationToken,
            ("code_id", codeId),
            ("from", TimeOrderedId.From(from, 0)),
            ("to", TimeOrderedId.From(to, 0)));
        return counts.ToDictionary(counted => counted.Phase, counted => counted.Count);
    }

    public async Task<CodeCancellation?> BeginCancellationAsync(
        string codeId, DateTimeOffset busyUntil, CancellationToken cancellationToken) => (await database.WriteAsync(
            "code_cancel", ReadCancellation, cancellationToken, ("busy_until", busyUntil.ToStored()), ("code_id", codeId))).SingleOrDefault();

    public async Task<CodeCancellation?> TakeCancellationAsync(
        DateTimeOffset now, DateTimeOffset busyUntil, CancellationToken cancellationToken) => (await database.WriteAsync(
            "code_cancel_take", ReadCancellation, cancellationToken,
            ("busy_until", busyUntil.ToStored()), ("now", now.ToStored()))).SingleOrDefault();

    public Task<IReadOnlyList<TaskId>> ListTasksToCancelAsync(
        CodeCancellation cancellation, TaskId? after, int maxCount, CancellationToken cancellationToken) => database.ReadAsync(
            "code_cancel_next", row => new TaskId(row.GetString(0)), cancellationToken,
            ("code_id", cancellation.CodeId), ("after", after?.Value ?? ""), ("last_id", cancellation.LastTask.Value), ("most", maxCount));

    public Task EndCancellationAsync(CodeCancellation cancellation, CancellationToken cancellationToken) => database.WriteAsync(
        "code_cancel_done", row => row.FieldCount, cancellationToken, ("code_id", cancellation.CodeId), ("last_id", cancellation.LastTask.Value));

    private static CodeCancellation ReadCancellation(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), new TaskId(row.GetString(2)));
}
