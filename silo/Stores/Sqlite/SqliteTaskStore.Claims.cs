using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <content>Claims: rows of <c>ready</c> become rows of <c>leases</c>.</content>
internal sealed partial class SqliteTaskStore
{
    public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(ClaimBatch batch, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => Claim(session, batch), cancellationToken);

    public Task<IReadOnlyList<LeaseFence>> FindClaimedAsync(
        string sessionId, string claimKey, CancellationToken cancellationToken) => Task.FromResult(database.Read(
            session => session.Query(
                "claimed",
                row => new LeaseFence(new TaskId(row.GetString(0)), row.GetInt32(1), row.GetString(2), sessionId),
                ("session_id", sessionId),
                ("claim_key", claimKey))));

    private IReadOnlyList<ClaimedTask> Claim(SqliteSession session, ClaimBatch call)
    {
        var active = call.Slots.Select(slot => slot.SessionId).Distinct()
            .SelectMany(id => session.Query("session_active", row => (Id: id, Labels: row.GetString(0)), ("id", id)))
            .ToDictionary(found => found.Id, found => LabelSet.Parse(found.Labels));
        var slots = call.Slots.Where(slot => active.ContainsKey(slot.SessionId)).ToArray();
        var first = FirstOf(session, call.Cursors, [.. active.Values.Distinct()], slots.Length);
        var tasks = session.Query(
            "task_rows", TaskReader.Read, ("ids", Json(first.Select(row => new TaskId(row.TaskId)))), ("payloads", true))
            .ToDictionary(found => found.State.Id.Value);
        return [.. first.Zip(slots, (row, slot) => Lease(session, row, slot, tasks[row.TaskId]))];
    }

    /// <summary>The first tasks of the heads, priorities from high to low, keys from low to high, as far as codes have room.</summary>
    private static List<ReadyRow> FirstOf(
        SqliteSession session, IReadOnlyList<LaneCursor> cursors, IReadOnlyList<LabelSet> runners, int maxCount)
    {
        var first = new List<ReadyRow>();
        var taken = new Dictionary<string, int>();
        foreach (var priority in cursors.GroupBy(head => head.Priority).OrderByDescending(group => group.Key))
        {
            var left = maxCount - first.Count;
            first.AddRange(priority.SelectMany(head => RowsOf(session, head, runners, left)).OrderBy(row => row.Key)
                .Where(row => row.Limit is null || TryReserve(row.Limit, taken)).Take(left));
        }

        return first;
    }

    /// <summary>Counts one more task of a code; false when its limit does not allow that.</summary>
    private static bool TryReserve(CodeLimit limit, Dictionary<string, int> taken)
    {
        var count = taken.GetValueOrDefault(limit.Code);
        taken[limit.Code] = Math.Min(count + 1, limit.Remaining);
        return count < limit.Remaining;
    }

    private static IReadOnlyList<ReadyRow> RowsOf(
        SqliteSession session, LaneCursor cursor, IReadOnlyList<LabelSet> runners, int maxCount)
    {
        if (session.Query("lane_room", ReadLane, ("lane", cursor.Lane)) is not [var (required, limit)]
            || !runners.All(runner => runner.Covers(required)))
        {
            return [];
        }

        return session.Query(
            "head_rows",
            row => new ReadyRow(
                cursor, row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), limit),
            ("lane", cursor.Lane),
            ("priority", cursor.Priority),
            ("after", cursor.After),
            ("most", Math.Min(maxCount, limit?.Remaining ?? maxCount)));
    }

    private static (LabelSet Required, CodeLimit? Limit) ReadLane(DbDataReader row) =>
        (LabelSet.Parse(row.GetString(0)), row.IsDBNull(1) ? null : new CodeLimit(row.GetString(1), row.GetInt32(2)));

    private ClaimedTask Lease(SqliteSession session, ReadyRow row, ClaimSlot slot, StoredTask found)
    {
        var (task, payload) = found;
        var attempt = row.Attempt + 1;
        var lease = new Lease
        {
            Fence = new LeaseFence(task.Id, attempt, slot.Token, slot.SessionId),
            Until = _writer.Now + LeasePolicy.FirstLease,
        };
        session.Execute("ready_take", ("lane", row.Cursor.Lane), ("priority", row.Cursor.Priority), ("key", row.Key));
        session.Execute(
            "lease_add",
            ("task_id", row.TaskId),
            ("attempt", attempt),
            ("losses", row.Losses),
            ("token", slot.Token),
            ("session_id", slot.SessionId),
            ("claim_key", slot.ClaimKey),
            ("claimed_at", _writer.Now.ToStored()),
            ("until", lease.Until.ToStored()),
            ("lease_seconds", row.LeaseSeconds),
            ("limit_code", row.Limit?.Code));
        if (row.Limit is { } limit)
        {
            session.Execute("limit_take", ("count", 1), ("code_id", limit.Code));
        }

        return new ClaimedTask(
            TaskReader.ToLeasedTask(task with { Attempt = attempt, Lease = lease }, payload, _writer.Now),
            slot.ClaimKey,
            row.Cursor.Lane,
            row.Cursor.Priority,
            row.Key);
    }

    /// <summary>A row of <c>ready</c>, with the head that it was found at and the limit that it counts against.</summary>
    private sealed record ReadyRow(
        LaneCursor Cursor, long Key, string TaskId, int Attempt, int Losses, int LeaseSeconds, CodeLimit? Limit);

    /// <summary>A code with a limit, and how many more of its tasks may be leased.</summary>
    private sealed record CodeLimit(string Code, int Remaining);
}
