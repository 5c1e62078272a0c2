using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>A code whose waiting tasks are held.</summary>
public abstract class CodePauseContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task Waiting_tasks_of_a_paused_code_are_not_claimed_and_all_others_are()
    {
        var held = (await UploadAsync("held")).Id;
        await QueueAsync(Spec(held, 2), Spec("free"), Spec(held), Spec("free", 1));
        var heads = await CursorsAsync();

        Assert.True(await Stores.Queues.PauseAsync(held, Now, None));

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(await EnrolAsync(), 9)), None);
        Assert.Equal([1, 0], claimed.Select(task => task.Priority));
        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
        Assert.Equal(2, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
        Assert.True((await Stores.Codes.FindAsync(ProjectId, held, None))!.Paused);
    }

    [StoreFact]
    public async Task What_was_held_goes_on_in_its_order_and_is_told()
    {
        var held = (await UploadAsync("held")).Id;
        var queued = await QueueAsync(Spec(held), Spec(held, 1), Spec(held));
        await Stores.Queues.PauseAsync(held, Now, None);

        Assert.True(await Stores.Queues.ResumeAsync(held, None));

        var waiting = await Stores.Queues.ListBacklogAsync(held, None);
        Assert.Equal(
            [new LaneBacklog(ClusterId, queued[0].Lane, 0, LabelSet.None), new LaneBacklog(ClusterId, queued[0].Lane, 1, LabelSet.None)],
            waiting.OrderBy(lane => lane.Priority));
        var claimed = await ClaimAsync(await EnrolAsync(), 9);
        Assert.Equal([queued[1].Id, queued[0].Id, queued[2].Id], claimed.Select(task => task.Fence.Task));
        Assert.False((await Stores.Codes.FindAsync(ProjectId, held, None))!.Paused);
    }

    [StoreFact]
    public async Task Pausing_and_resuming_twice_is_told()
    {
        var held = (await UploadAsync("held")).Id;

        Assert.False(await Stores.Queues.ResumeAsync(held, None));
        Assert.True(await Stores.Queues.PauseAsync(held, Now, None));
        Assert.False(await Stores.Queues.PauseAsync(held, Now, None));
        Assert.True(await Stores.Queues.ResumeAsync(held, None));
        Assert.False(await Stores.Queues.ResumeAsync(held, None));
    }

    [StoreFact]
    public async Task What_comes_up_in_a_paused_code_waits_too_and_what_runs_goes_on()
    {
        var held = (await UploadAsync("held")).Id;
        await QueueAsync(Spec(held) with { Retries = 1 });
        var session = await EnrolAsync();
        var running = await ClaimOneAsync(session);
        await Stores.Queues.PauseAsync(held, Now, None);
        await QueueAsync(Spec(held) with { DelaySeconds = 60 }, Spec(held) with { ClusterId = await AddClusterAsync() });
        await Stores.ExecuteAsync("UPDATE delayed SET due_at = 1");

        Assert.NotNull((await RenewAsync(running)).ValidFor);
        Assert.Contains((await FinishAsync(running, TaskPhase.Error)).Effects, effect => effect is TaskEffect.Retried);
        Assert.Single((await Tasks.PromoteDelayedAsync(10, None)).Offered);
        var lane = (await FindAsync(running.Task)).Lane;
        Assert.Empty(await Tasks.ClaimAsync(new ClaimBatch([new LaneCursor(lane, 0, 0)], SlotsOf(session, 9)), None));
        Assert.Empty(await Tasks.ListBacklogAsync(None));
        Assert.Equal(2, (await Stores.Queues.ListBacklogAsync(held, None)).Count);
    }
}

public sealed class SqliteCodePauseTests(SqliteFixture stores) : CodePauseContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresCodePauseTests(PostgresFixture stores)
    : CodePauseContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
