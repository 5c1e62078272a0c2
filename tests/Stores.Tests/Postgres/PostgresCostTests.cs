using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Postgres;

/// <summary>What a task costs the database, in units that no machine changes: statements, rows, and bytes of its log ahead of writing.</summary>
public sealed class PostgresCostTests(DedicatedPostgresFixture stores)
    : StoreTestBase(stores), IClassFixture<DedicatedPostgresFixture>, INeedsPostgres
{
    private const int Count = 500;

    [StoreFact]
    public async Task A_task_is_one_row_and_one_event_when_it_has_ended()
    {
        await QueueClaimFinishAsync();

        Assert.Equal(Count, await Stores.CountAsync("SELECT COUNT(*) FROM tasks"));
        Assert.Equal(Count, await Stores.CountAsync("SELECT COUNT(*) FROM task_events"));
        Assert.Equal(0, await Stores.CountAsync("SELECT (SELECT COUNT(*) FROM ready) + (SELECT COUNT(*) FROM leases) + (SELECT COUNT(*) FROM delayed)"));
    }

    [StoreFact]
    public async Task A_batch_is_queued_claimed_and_finished_by_one_statement_each()
    {
        await QueueClaimFinishAsync();
        var database = new NpgsqlConnectionStringBuilder(stores.ConnectionString).Database;
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("db.namespace"), database) && activity.GetTagItem("db.query.text") is string text)
                {
                    statements.Enqueue(text);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await QueueClaimFinishAsync();

        // Beside these, the test itself enrols a runner, looks where tasks wait, and asks for the log.
        Assert.Collection(
            statements.Where(text => text.Contains("unnest", StringComparison.Ordinal)),
            text => Assert.Contains("INSERT INTO tasks", text, StringComparison.Ordinal),
            text => Assert.Contains("INSERT INTO leases", text, StringComparison.Ordinal),
            text => Assert.Contains("DELETE FROM leases", text, StringComparison.Ordinal));
    }

    [StoreFact]
    public async Task Queueing_claiming_and_finishing_write_so_many_bytes_a_task()
    {
        await QueueClaimFinishAsync();

        var (queued, claimed, finished) = await QueueClaimFinishAsync();

        // 855, 498 and 998 when this was written.
        Assert.InRange(queued, 1, 900);
        Assert.InRange(claimed, 1, 525);
        Assert.InRange(finished, 1, 1050);
    }

    /// <summary>The bytes that each of the three steps wrote, a task.</summary>
    private async Task<(long Queued, long Claimed, long Finished)> QueueClaimFinishAsync()
    {
        var session = await EnrolAsync();
        var start = await LogAsync();
        await Tasks.EnqueueAsync([.. Enumerable.Range(0, Count).Select(_ => New(Spec()))], None);
        var queued = await LogAsync();
        var claimed = await ClaimAsync(session, Count);
        var leased = await LogAsync();
        var steps = await Tasks.FinishAsync([.. claimed.Select(task => Report(task.Fence))], None);
        var finished = await LogAsync();
        Assert.Equal(Count, steps.Count(step => step.Error is null));
        return ((queued - start) / Count, (leased - queued) / Count, (finished - leased) / Count);
    }

    private Task<long> LogAsync() => Stores.CountAsync("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
}
