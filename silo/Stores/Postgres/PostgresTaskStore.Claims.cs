using System.Data.Common;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <content>Claims: rows of <c>ready</c> become rows of <c>leases</c>.</content>
internal sealed partial class PostgresTaskStore
{
    /// <summary>How often a claim looks again when other claimers hold what it saw.</summary>
    private const int MaxClaimRounds = 5;

    public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(ClaimBatch batch, CancellationToken cancellationToken) => _pool.RunAsync(
        async session =>
        {
            var claimed = new List<ClaimedTask>(batch.Slots.Count);
            var (left, seen, looks) = (batch.Slots, 0, 0);
            do
            {
                var rows = await session.QueryAsync("claim", ReadClaimed, default, ClaimValues(batch.Cursors, left));
                claimed.AddRange(rows.Select(row => row.Task).OfType<ClaimedTask>());
                var served = claimed.Select(task => task.Fence.Token).ToHashSet();
                left = [.. batch.Slots.Where(slot => !served.Contains(slot.Token))];
                seen = rows[0].Seen - rows.Count(row => row.Task is not null);
            }
            while (seen > 0 && ++looks < MaxClaimRounds);
            return (IReadOnlyList<ClaimedTask>)claimed;
        },
        cancellationToken);

    public Task<IReadOnlyList<LeaseFence>> FindClaimedAsync(
        string sessionId, string claimKey, CancellationToken cancellationToken) => _pool.RunAsync(
            session => session.QueryAsync(
                "claimed",
                row => new LeaseFence(new TaskId(row.GetString(0)), row.GetInt32(1), row.GetString(2), sessionId),
                cancellationToken,
                ("session_id", sessionId),
                ("claim_key", claimKey)),
            cancellationToken);

    /// <summary>A row of <c>claim</c>: a task unless nothing was taken, and how many could have been.</summary>
    private (ClaimedTask? Task, int Seen) ReadClaimed(DbDataReader row)
    {
        const int at = TaskRows.Width;
        var seen = row.GetInt32(at + 9);
        if (row.IsDBNull(0))
        {
            return (null, seen);
        }

        var (now, attempt) = (row.GetTime(at + 1), row.GetInt32(at + 2));
        var task = TaskRows.Read(row);
        var lease = new Lease
        {
            Fence = new LeaseFence(task.Id, attempt, row.GetString(at + 3), row.GetString(at + 4)),
            Until = now + LeasePolicy.FirstLease,
        };
        var claimed = task with { Attempt = attempt, Lease = lease };
        _recentClaims.Add(claimed, now);
        var leased = TaskReader.ToLeasedTask(claimed, row.GetByteArray(at), now);
        return (new ClaimedTask(leased, row.GetString(at + 5), row.GetInt64(at + 6), row.GetInt32(at + 7), row.GetInt64(at + 8)), seen);
    }

    private static (string Name, object? Value)[] ClaimValues(
        IReadOnlyList<LaneCursor> cursors, IReadOnlyList<ClaimSlot> slots) =>
    [
        ("session_id", slots.Column(slot => slot.SessionId)),
        ("claim_key", slots.Column(slot => slot.ClaimKey)),
        ("token", slots.Column(slot => slot.Token)),
        ("lane", cursors.Column(head => head.Lane)),
        ("priority", cursors.Column(head => head.Priority)),
        ("after", cursors.Column(head => head.After)),
        ("first_lease", (long)LeasePolicy.FirstLease.TotalMilliseconds),
    ];
}
