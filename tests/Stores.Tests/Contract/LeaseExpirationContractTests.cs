using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class LeaseExpirationContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_released_task_waits_again_behind_the_others_without_a_loss()
    {
        var queued = await QueueAsync(Spec(), Spec());
        var session = await EnrolAsync();
        var lease = await ClaimOneAsync(session);
        await RenewAsync(lease);

        var step = (await Tasks.ReleaseAsync([lease], None)).Single();

        Assert.Equal(new TaskEffect.Offered(ClusterId, queued[0].Lane, 0, LabelSet.None), step.Effects.Single());
        var found = await FindAsync(lease.Task);
        Assert.Equal(
            (TaskPhase.Queued, 1, 0, null, null), (found.Phase, found.Attempt, found.Losses, found.Lease, found.StartedAt));
        var claimed = await ClaimAsync(session, 2);
        Assert.Equal([queued[1].Id, queued[0].Id], claimed.Select(task => task.Fence.Task));
        Assert.Equal([1, 2], claimed.Select(task => task.Fence.Attempt));
        Assert.Equal(1, await CountRowsAsync("task_events", lease.Task, "kind = 'released'"));
    }

    [StoreFact]
    public async Task What_is_released_together_waits_in_the_order_of_the_call()
    {
        await QueueAsync(Spec(), Spec(), Spec());
        var session = await EnrolAsync();
        var leases = (await ClaimAsync(session, 3)).Select(claimed => claimed.Fence).ToArray();

        await Tasks.ReleaseAsync([leases[1], leases[2], leases[0]], None);

        Assert.Equal(
            [leases[1].Task, leases[2].Task, leases[0].Task],
            (await ClaimAsync(session, 3)).Select(claimed => claimed.Fence.Task));
    }

    [StoreFact]
    public async Task A_release_of_what_is_held_no_more_is_stale()
    {
        await QueueAsync(Spec(), Spec());
        var leases = (await ClaimAsync(await EnrolAsync(), 2)).Select(claimed => claimed.Fence).ToArray();
        await FinishAsync(leases[0]);

        var steps = await Tasks.ReleaseAsync(
            [leases[0], leases[1] with { Token = NextId() }, leases[1], leases[1], leases[1] with { Task = NextTask() }], None);

        Assert.Equal(
            [ErrorKind.Stale, ErrorKind.Stale, null, ErrorKind.Stale, ErrorKind.NotFound],
            steps.Select(step => step.Error?.Kind));
    }

    [StoreFact]
    public async Task A_release_of_a_cancelled_task_ends_its_lease_and_no_more()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await CancelAsync(lease.Task);
        var ended = await FindAsync(lease.Task);

        await Tasks.ReleaseAsync([lease], None);

        Assert.Equal(ended with { Lease = null }, await FindAsync(lease.Task));
        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
    }

    [StoreFact]
    public async Task I7_a_confirmed_lease_that_lapses_counts_and_the_last_loss_ends_the_task()
    {
        await QueueAsync(Spec() with { MaxLosses = 2 });
        var session = await EnrolAsync();

        var once = await ExpireAsync(await ClaimOneAsync(session));
        var waiting = await FindAsync(once.State.Id);
        var twice = await ExpireAsync(await ClaimOneAsync(session));
        var ended = await FindAsync(once.State.Id);

        Assert.Equal((TaskPhase.Queued, 1, 1), (waiting.Phase, waiting.Losses, waiting.Attempt));
        Assert.Single(once.Effects.OfType<TaskEffect.Offered>());
        Assert.Empty(twice.Effects);
        Assert.Equal((TaskPhase.Error, 2, "lost its runner 2 times"), (ended.Phase, ended.Losses, ended.Message));
        Assert.Empty(await ClaimAsync(session, 1));
    }

    [StoreFact]
    public async Task A_lease_that_was_never_confirmed_lapses_without_a_loss()
    {
        await QueueAsync(Spec() with { MaxLosses = 1 });
        var session = await EnrolAsync();
        for (var i = 0; i < 3; i++)
        {
            await ExpireLeaseAsync((await ClaimOneAsync(session)).Task);
            var step = (await Tasks.ExpireLeasesAsync(10, None)).Single();
            Assert.Equal((TaskPhase.Queued, 0), (step.State.Phase, step.State.Losses));
        }

        Assert.Equal(4, (await ClaimOneAsync(session)).Attempt);
    }

    [StoreFact]
    public async Task A_stopping_lease_lapses_and_leaves_the_task_as_it_ended()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await RenewAsync(lease);
        await CancelAsync(lease.Task);
        var ended = await FindAsync(lease.Task);

        await ExpireLeaseAsync(lease.Task);
        await Tasks.ExpireLeasesAsync(10, None);

        Assert.Equal(ended with { Lease = null }, await FindAsync(lease.Task));
    }

    [StoreFact]
    public async Task Leases_that_hold_do_not_lapse_and_no_more_are_taken_back_than_asked_for()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 6)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 6)).Select(claimed => claimed.Fence).ToArray();
        await Task.WhenAll(leases[..5].Select(lease => ExpireLeaseAsync(lease.Task)));
        await RenewAsync(leases[4]);

        var first = await Tasks.ExpireLeasesAsync(3, None);
        var rest = await Tasks.ExpireLeasesAsync(3, None);

        Assert.Equal((3, 1), (first.Count, rest.Count));
        Assert.Equal(
            leases[..4].Select(lease => lease.Task).ToHashSet(),
            first.Concat(rest).Select(step => step.State.Id).ToHashSet());
        Assert.Empty(await Tasks.ExpireLeasesAsync(10, None));
    }

    [StoreFact]
    public async Task Sweeps_at_the_same_time_take_each_lease_back_once()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 60)]);
        var leases = await ClaimAsync(await EnrolAsync(), 60);
        await Tasks.RenewAsync(
            [.. leases.Select(lease => new Renewal { Fence = lease.Fence, Phase = TaskPhase.Running })], None);
        await Stores.ExecuteAsync("UPDATE leases SET until = 1");

        var sweeps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Tasks.ExpireLeasesAsync(20, None))));
        await Tasks.ExpireLeasesAsync(60, None);

        var taken = sweeps.SelectMany(steps => steps).Select(step => step.State.Id).ToArray();
        Assert.Equal(taken.Distinct().Count(), taken.Length);
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(*) FROM tasks WHERE losses = 1"));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
    }

    [StoreFact]
    public async Task A_finish_and_a_sweep_race_and_one_of_them_has_the_task()
    {
        var session = await EnrolAsync();
        for (var round = 0; round < 20; round++)
        {
            await QueueAsync(Spec());
            var lease = (await ClaimAsync(session, 1))[0].Fence;
            await RenewAsync(lease);
            await ExpireLeaseAsync(lease.Task);

            var (finish, swept) = await RunConcurrentlyAsync(() => FinishAsync(lease), () => Tasks.ExpireLeasesAsync(10, None));

            var found = await FindAsync(lease.Task);
            Assert.Equal(finish.Error is null ? TaskPhase.Complete : TaskPhase.Queued, found.Phase);
            Assert.Equal(finish.Error is null ? 0 : 1, swept.Count);
            await CancelAsync(lease.Task);
        }
    }

    private async Task<Transition<TaskState>> ExpireAsync(Domain.Runners.LeaseFence lease)
    {
        await RenewAsync(lease);
        await ExpireLeaseAsync(lease.Task);
        return (await Tasks.ExpireLeasesAsync(10, None)).Single();
    }
}

public sealed class SqliteLeaseExpirationTests(SqliteFixture stores) : LeaseExpirationContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresLeaseExpirationTests(PostgresFixture stores)
    : LeaseExpirationContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
