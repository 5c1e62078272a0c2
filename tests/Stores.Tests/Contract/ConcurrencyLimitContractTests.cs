using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class ConcurrencyLimitContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_limit_counts_over_all_clusters_lanes_and_priorities()
    {
        var limited = (await UploadAsync("limited", maxConcurrency: 3)).Id;
        var other = await AddClusterAsync();
        await QueueAsync(
            [.. Enumerable.Range(0, 3).Select(priority => Spec(limited, priority)), Spec(limited, 2), Spec("free"), Spec("free", 2)]);
        await QueueAsync(Spec(limited) with { ClusterId = other }, Spec(limited) with { ClusterId = other });

        var here = await ClaimAsync(await EnrolAsync(), 9);
        var there = await ClaimAsync(await EnrolAsync(other), await CursorsAsync(other), 5);
        var again = await ClaimAsync(await EnrolAsync(), 5);

        Assert.Equal([2, 2, 2, 1, 0], here.Select(claimed => claimed.Priority));
        Assert.Empty(there);
        Assert.Empty(again);
        Assert.Equal(3, await TakenAsync(limited));
        Assert.Equal(3, await Stores.CountAsync($"SELECT COUNT(*) FROM leases WHERE limit_code = '{limited}'"));
    }

    [StoreFact]
    public async Task What_ends_comes_back_or_lapses_makes_room_and_tells_so()
    {
        var limited = (await UploadAsync("limited", maxConcurrency: 1)).Id;
        var queued = await QueueAsync([.. Enumerable.Repeat(Spec(limited, 1), 5)]);
        var session = await EnrolAsync();
        var freed = new TaskEffect.SlotFreed(ClusterId, queued[0].Lane, 1, LabelSet.None);

        Assert.Contains(freed, (await FinishAsync(await FullAsync(session))).Effects);
        Assert.Contains(freed, (await Tasks.ReleaseAsync([await FullAsync(session)], None)).Single().Effects);
        await ExpireLeaseAsync((await FullAsync(session)).Task);
        Assert.Contains(freed, (await Tasks.ExpireLeasesAsync(10, None)).Single().Effects);
        Assert.Equal(0, await TakenAsync(limited));
    }

    [StoreFact]
    public async Task A_stopping_task_takes_its_place_until_its_runner_is_done()
    {
        var limited = (await UploadAsync("limited", maxConcurrency: 1)).Id;
        await QueueAsync(Spec(limited), Spec(limited));
        var session = await EnrolAsync();
        var lease = await FullAsync(session);

        var cancelled = await CancelAsync(lease.Task);
        Assert.DoesNotContain(cancelled.Effects, effect => effect is TaskEffect.SlotFreed);
        Assert.Empty(await ClaimAsync(session, 1));

        Assert.Contains((await FinishAsync(lease)).Effects, effect => effect is TaskEffect.SlotFreed);
        Assert.Single(await ClaimAsync(session, 2));
    }

    [StoreFact]
    public async Task A_new_limit_counts_what_is_leased_already()
    {
        var code = await UploadAsync("code");
        await QueueAsync([.. Enumerable.Repeat(Spec(code.Id), 6)]);
        var session = await EnrolAsync();
        var leases = await ClaimAsync(session, 2);

        await UploadAsync("code", maxConcurrency: 3);
        Assert.Single(await ClaimAsync(session, 5));
        await FinishAsync(leases[0].Fence);
        Assert.Single(await ClaimAsync(session, 5));

        await UploadAsync("code", maxConcurrency: 0);
        Assert.Equal(2, (await ClaimAsync(session, 5)).Count);
    }

    [StoreFact]
    public async Task Codes_without_a_limit_touch_no_limit_and_free_nothing()
    {
        var code = await UploadAsync("code");
        await QueueAsync(Spec(code.Id));

        var step = await FinishAsync(await ClaimOneAsync(await EnrolAsync()));

        Assert.DoesNotContain(step.Effects, effect => effect is TaskEffect.SlotFreed);
        Assert.Equal(0, await Stores.CountAsync("SELECT COUNT(*) FROM code_limits"));
    }

    [StoreFact]
    public async Task Claimers_at_the_same_time_stay_within_the_limit()
    {
        var limited = (await UploadAsync("limited", maxConcurrency: 7)).Id;
        await QueueAsync([.. Enumerable.Range(0, 40).Select(i => Spec(limited, i % 3))]);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EnrolAsync()));
        var heads = await CursorsAsync();

        var claimed = await Task.WhenAll(sessions.Select(session => Task.Run(
            () => Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(session, 3)), None))));

        Assert.Equal(7, claimed.Sum(tasks => tasks.Count));
        Assert.Equal(7, await TakenAsync(limited));
        await Task.WhenAll(claimed.SelectMany(tasks => tasks).Select(task => FinishAsync(task.Fence)));
        Assert.Equal(0, await TakenAsync(limited));
    }

    /// <summary>Claims as much as there is, which a limit of 1 makes one task.</summary>
    private async Task<Domain.Runners.LeaseFence> FullAsync(string session) => (await ClaimAsync(session, 5)).Single().Fence;

    private async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(string session, LaneCursor[] heads, int count) =>
        await Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(session, count)), None);

    private Task<long> TakenAsync(string code) =>
        Stores.CountAsync($"SELECT taken FROM code_limits WHERE code_id = '{code}'");
}

public sealed class SqliteConcurrencyLimitTests(SqliteFixture stores) : ConcurrencyLimitContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresConcurrencyLimitTests(PostgresFixture stores)
    : ConcurrencyLimitContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
