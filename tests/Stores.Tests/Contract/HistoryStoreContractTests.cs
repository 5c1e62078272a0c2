using OrleansHybrid.Domain.History;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The history of tasks in a database, read beside the process that writes it.</summary>
public abstract class HistoryStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_task_is_told_with_its_row_its_events_and_its_logs()
    {
        var session = await EnrolAsync();
        await QueueAsync(Spec() with { Retries = 1 });
        var lost = await ClaimOneAsync(session);
        await RenewAsync(lost);
        await ExpireLeaseAsync(lost.Task);
        await Tasks.ExpireLeasesAsync(10, None);
        var lease = await ClaimOneAsync(session);
        await Stores.Logs.AppendAsync([new LogAppend(lease, 0, new byte[5])], None);
        await FinishAsync(lease, TaskPhase.Complete);

        var told = Assert.Single(await Stores.OpenHistoryStore().ReadAsync(None).ToListAsync());

        Assert.Equal(lease.Task.Value, told.Task);
        Assert.Equal(
            [("lapsed", 1), ("complete", 2)], told.Events.Select(each => (each.Kind, each.Attempt)));
        Assert.Equal([new HistoryChunk(2, 0, 5)], told.Chunks);
        var row = told.Row!;
        Assert.Equal(
            new HistoryRow
            {
                End = "complete",
                Attempt = 2,
                Losses = 1,
                MaxLosses = 3,
                Retries = 1,
                IsRequested = true,
                CreatedAt = row.CreatedAt,
            },
            row);
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), Now.AddMinutes(-1), Now);
    }

    [StoreFact]
    public async Task Tasks_come_by_id_and_say_whether_they_wait_or_are_leased()
    {
        var session = await EnrolAsync();
        var queued = await QueueAsync(Spec(), Spec(), Spec() with { DelaySeconds = 100 });
        var lease = await ClaimOneAsync(session);

        var told = await Stores.OpenHistoryStore().ReadAsync(None).ToListAsync();

        Assert.Equal(queued.Select(task => task.Id.Value), told.Select(task => task.Task));
        Assert.Equal(lease.Task.Value, told[0].Task);
        Assert.Equal([((int?)1, false), (null, true), (null, true)], told.Select(task => (task.Lease?.Attempt, task.Row!.IsWaiting)));
        Assert.Equal("", await Stores.FindViolationsAsync());
    }

    [StoreFact]
    public async Task I2_I7_what_was_taken_away_behind_the_stores_back_is_found()
    {
        var session = await EnrolAsync();
        var queued = await QueueAsync(Spec(), Spec());
        var lease = await ClaimOneAsync(session);

        await Stores.ExecuteAsync($"DELETE FROM tasks WHERE id = '{lease.Task}'");
        await Stores.ExecuteAsync("DELETE FROM ready");

        var found = await Stores.FindViolationsAsync();
        Assert.Contains($"I2 {lease.Task}", found, StringComparison.Ordinal);
        Assert.Contains($"I7 {queued[1].Id}", found, StringComparison.Ordinal);
    }
}

public sealed class SqliteHistoryStoreTests(SqliteFixture stores) : HistoryStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresHistoryStoreTests(PostgresFixture stores)
    : HistoryStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
