using System.Data.Common;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Codes;

/// <summary>All tasks of one code, in either database.</summary>
internal sealed class CodeQueueStore(IDatabase database) : ICodeQueueStore
{
    public async Task<bool> PauseAsync(string codeId, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "code_pause", row => row.FieldCount, cancellationToken, ("code_id", codeId), ("now", now.Stored()))).Count == 1;

    public async Task<bool> ResumeAsync(string codeId, CancellationToken cancellationToken) =>
        (await database.WriteAsync("code_resume", row => row.FieldCount, cancellationToken, ("code_id", codeId))).Count == 1;

    public Task<IReadOnlyList<WaitingLane>> WaitingAsync(string codeId, CancellationToken cancellationToken) => database.ReadAsync(
        "waiting_of_code",
        TaskRows.Waiting,
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
            ("from", NewId.From(from, 0)),
            ("to", NewId.From(to, 0)));
        return counts.ToDictionary(counted => counted.Phase, counted => counted.Count);
    }

    public async Task<CancelOrder?> OrderCancelAsync(
        string codeId, DateTimeOffset busyUntil, CancellationToken cancellationToken) => (await database.WriteAsync(
            "code_cancel", ReadOrder, cancellationToken, ("busy_until", busyUntil.Stored()), ("code_id", codeId))).SingleOrDefault();

    public async Task<CancelOrder?> TakeCancelAsync(
        DateTimeOffset now, DateTimeOffset busyUntil, CancellationToken cancellationToken) => (await database.WriteAsync(
            "code_cancel_take", ReadOrder, cancellationToken,
            ("busy_until", busyUntil.Stored()), ("now", now.Stored()))).SingleOrDefault();

    public Task<IReadOnlyList<TaskId>> NextToCancelAsync(
        CancelOrder order, TaskId? after, int most, CancellationToken cancellationToken) => database.ReadAsync(
            "code_cancel_next", row => new TaskId(row.GetString(0)), cancellationToken,
            ("code_id", order.CodeId), ("after", after?.Value ?? ""), ("last_id", order.Last.Value), ("most", most));

    public Task EndCancelAsync(CancelOrder order, CancellationToken cancellationToken) => database.WriteAsync(
        "code_cancel_done", row => row.FieldCount, cancellationToken, ("code_id", order.CodeId), ("last_id", order.Last.Value));

    private static CancelOrder ReadOrder(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), new TaskId(row.GetString(2)));
}
