using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class DelayedTaskContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_delayed_task_waits_until_it_is_due_and_then_stands_behind_those_that_came_meanwhile()
    {
        var delayed = (await QueueAsync(Spec(priority: 1) with { DelaySeconds = 60 }))[0];
        var meanwhile = (await QueueAsync(Spec(priority: 1)))[0];
        var session = await EnrolAsync();

        var early = await Tasks.PromoteDelayedAsync(10, None);
        await MakeDueAsync(delayed.Id);
        var due = await Tasks.PromoteDelayedAsync(10, None);

        Assert.Empty(early.Offered);
        Assert.InRange(early.UntilNext!.Value.TotalSeconds, 50, 60);
        Assert.Equal(new TaskEffect.Offered(ClusterId, delayed.Lane, 1, LabelSet.None), due.Offered.Single());
        Assert.Null(due.UntilNext);
        Assert.Equal([meanwhile.Id, delayed.Id], (await ClaimAsync(session, 5)).Select(claimed => claimed.Fence.Task));
        Assert.Equal(1, await CountRowsAsync("task_events", delayed.Id, "kind = 'due'"));
    }

    [StoreFact]
    public async Task The_earliest_come_up_first_and_no_more_than_asked_for()
    {
        var queued = await QueueAsync([.. Enumerable.Range(1, 4).Select(i => Spec($"code {i}") with { DelaySeconds = 100 * i })]);
        foreach (var (task, at) in queued.Zip([30, 10, 20]))
        {
            await MakeDueAsync(task.Id, at);
        }

        var first = await Tasks.PromoteDelayedAsync(2, None);
        var second = await Tasks.PromoteDelayedAsync(2, None);

        Assert.Equal([queued[1].Lane, queued[2].Lane], first.Offered.Select(offered => offered.Lane));
        Assert.Equal(TimeSpan.Zero, first.UntilNext);
        Assert.Equal([queued[0].Lane], second.Offered.Select(offered => offered.Lane));
        Assert.InRange(second.UntilNext!.Value.TotalSeconds, 380, 400);
        Assert.Equal(
            [queued[1].Id, queued[2].Id, queued[0].Id],
            (await ClaimAsync(await EnrolAsync(), 4)).Select(claimed => claimed.Fence.Task));
    }

    [StoreFact]
    public async Task Sweeps_at_the_same_time_bring_each_task_up_once()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec() with { DelaySeconds = 60 }, 60)]);
        await Stores.ExecuteAsync("UPDATE delayed SET due_at = 1");

        var sweeps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Tasks.PromoteDelayedAsync(20, None))));
        var left = await Tasks.PromoteDelayedAsync(60, None);

        Assert.Equal(60, sweeps.Append(left).Sum(batch => batch.Offered.Count));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(DISTINCT task_id) FROM ready"));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
    }

    [StoreFact]
    public async Task Coming_due_and_a_cancel_race_and_the_task_is_cancelled()
    {
        for (var round = 0; round < 20; round++)
        {
            var task = (await QueueAsync(Spec() with { DelaySeconds = 60 }))[0].Id;
            await MakeDueAsync(task);

            var (_, cancel) = await RunConcurrentlyAsync(() => Tasks.PromoteDelayedAsync(10, None), () => CancelAsync(task));

            Assert.Null(cancel.Error);
            Assert.Equal(TaskPhase.Cancelled, (await FindAsync(task)).Phase);
            Assert.Equal(0, await CountRowsAsync("ready", task) + await CountRowsAsync("delayed", task));
        }
    }

    private Task MakeDueAsync(TaskId task, int at = 1) =>
        Stores.ExecuteAsync($"UPDATE delayed SET due_at = {at} WHERE task_id = '{task}'");
}

public sealed class SqliteDelayedTaskTests(SqliteFixture stores) : DelayedTaskContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresDelayedTaskTests(PostgresFixture stores)
    : DelayedTaskContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
