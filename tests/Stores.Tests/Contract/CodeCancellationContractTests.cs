using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>Orders to cancel all of a code, and its tasks counted.</summary>
public abstract class CodeCancellationContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [StoreFact]
    public async Task An_order_is_for_every_unfinished_task_there_was_and_for_no_other()
    {
        var running = (await QueueAsync(Spec()))[0].Id;
        var ended = await ClaimOneAsync(await EnrolAsync());
        await FinishAsync(ended);
        var (mine, delayed) = ((await QueueAsync(Spec()))[0].Id, (await QueueAsync(Spec() with { DelaySeconds = 9 }))[0].Id);
        await QueueAsync(Spec("other"));
        await ClaimAsync(await EnrolAsync(), 1);

        var order = await Stores.Queues.BeginCancellationAsync("code", Now + Minute, None);
        await QueueAsync(Spec());

        Assert.Equal(running, ended.Task);
        Assert.Equal(new CodeCancellation("code", ProjectId, delayed), order);
        Assert.Equal([mine, delayed], await Stores.Queues.ListTasksToCancelAsync(order!, null, 10, None));
        Assert.Equal([mine], await Stores.Queues.ListTasksToCancelAsync(order!, null, 1, None));
        Assert.Equal([delayed], await Stores.Queues.ListTasksToCancelAsync(order!, mine, 10, None));
    }

    [StoreFact]
    public async Task An_order_stands_until_all_of_it_is_done_and_one_at_a_time_is_busy_with_it()
    {
        var task = (await QueueAsync(Spec()))[0].Id;
        var now = Now;
        var order = await Stores.Queues.BeginCancellationAsync("code", now + Minute, None);

        await Stores.Queues.EndCancellationAsync(order!, None);
        Assert.Null(await Stores.Queues.TakeCancellationAsync(now, now + Minute, None));
        Assert.Equal(order, await Stores.Queues.TakeCancellationAsync(now + (2 * Minute), now + (3 * Minute), None));
        Assert.Null(await Stores.Queues.TakeCancellationAsync(now + (2 * Minute), now + (3 * Minute), None));

        await CancelAsync(task);
        await Stores.Queues.EndCancellationAsync(order!, None);
        Assert.Null(await Stores.Queues.TakeCancellationAsync(now + (9 * Minute), now + (10 * Minute), None));
        Assert.Null(await Stores.Queues.BeginCancellationAsync("code", now, None));
    }

    [StoreFact]
    public async Task A_second_order_takes_in_what_was_queued_since_the_first()
    {
        await QueueAsync(Spec());
        var first = await Stores.Queues.BeginCancellationAsync("code", Now + Minute, None);
        var later = (await QueueAsync(Spec()))[0].Id;

        var second = await Stores.Queues.BeginCancellationAsync("code", Now + Minute, None);
        await Stores.Queues.EndCancellationAsync(first!, None);

        Assert.Equal(later, second!.LastTask);
        Assert.Equal(2, (await Stores.Queues.ListTasksToCancelAsync(second, null, 10, None)).Count);
        Assert.Equal(1, await Stores.CountAsync("SELECT COUNT(*) FROM code_cancels"));
    }

    [StoreFact]
    public async Task Tasks_are_counted_by_where_they_stand_and_when_they_were_queued()
    {
        var session = await EnrolAsync();
        await QueueAsync([.. Enumerable.Repeat(Spec(), 6)]);
        var leases = await ClaimAsync(session, 5);
        await FinishAsync(leases[0].Fence);
        await FinishAsync(leases[1].Fence, TaskPhase.Error);
        await FinishAsync(leases[2].Fence, TaskPhase.Timeout);
        await RenewAsync(leases[3].Fence, TaskPhase.Preparing);
        await RenewAsync(leases[4].Fence);
        await CancelAsync((await QueueAsync(Spec()))[0].Id);
        await QueueAsync(Spec("other"), Spec() with { DelaySeconds = 60 });

        var counts = await Stores.Queues.CountAsync("code", Now - Minute, Now + Minute, None);
        var earlier = await Stores.Queues.CountAsync("code", Now - (2 * Minute), Now - Minute, None);

        Assert.Equal(
            [2, 1, 1, 1, 1, 1, 1], Enum.GetValues<TaskPhase>().Select(phase => (int)counts.GetValueOrDefault(phase)));
        Assert.All(earlier.Values, count => Assert.Equal(0, count));
    }
}

public sealed class SqliteCodeCancellationTests(SqliteFixture stores) : CodeCancellationContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresCodeCancellationTests(PostgresFixture stores)
    : CodeCancellationContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
