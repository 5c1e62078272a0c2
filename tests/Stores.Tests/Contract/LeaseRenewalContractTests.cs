using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class LeaseRenewalContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_renewal_confirms_the_lease_for_its_full_time()
    {
        await QueueAsync(Spec() with { LeaseSeconds = 90 });
        var lease = await ClaimOneAsync(await EnrolAsync());

        var answer = await RenewAsync(lease, TaskPhase.Queued);

        Assert.Equal(new LeaseRenewalResult(TimeSpan.FromSeconds(90), Stopping: false), answer);
        var found = await FindAsync(lease.Task);
        Assert.True(found.Lease!.Confirmed);
        Assert.Equal(TaskPhase.Queued, found.Phase);
        Assert.InRange((await Tasks.ReadAssignmentsAsync([lease], None)).Single().ValidFor.TotalSeconds, 80, 90);
    }

    [StoreFact]
    public async Task What_a_renewal_reports_is_seen_and_no_news_changes_nothing()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        var news = new Renewal
        {
            Fence = lease,
            Phase = TaskPhase.Preparing,
            Percent = 40,
            Message = "pulling",
            Digest = "sha256:1",
        };

        await Tasks.RenewAsync([news], None);
        var preparing = await FindAsync(lease.Task);
        await RenewAsync(lease, TaskPhase.Running);
        var running = await FindAsync(lease.Task);
        await RenewAsync(lease, TaskPhase.Running);
        var later = await FindAsync(lease.Task);

        Assert.Equal((TaskPhase.Preparing, null), (preparing.Phase, preparing.StartedAt));
        Assert.Equal((40, "pulling", "sha256:1"), (preparing.Percent, preparing.Message, preparing.Digest));
        Assert.Equal(preparing with { Phase = TaskPhase.Running, StartedAt = running.StartedAt, Lease = running.Lease }, running);
        Assert.NotNull(running.StartedAt);
        Assert.Equal(running.StartedAt, later.StartedAt);
    }

    [StoreFact]
    public async Task I5_a_renewal_under_an_old_attempt_token_or_session_is_lost_and_changes_nothing()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        var before = await FindAsync(lease.Task);

        var answers = await Tasks.RenewAsync(
            [
                Running(lease with { Attempt = 2 }), Running(lease with { Token = NextId() }),
                Running(lease with { SessionId = await EnrolAsync() }), Running(lease with { Task = NextTask() }),
            ],
            None);

        Assert.All(answers, answer => Assert.Equal(new LeaseRenewalResult(null, Stopping: false), answer));
        Assert.Equal(4, answers.Count);
        Assert.Equal(before, await FindAsync(lease.Task));
    }

    [StoreFact]
    public async Task Each_renewal_of_a_call_gets_its_own_answer_in_order()
    {
        await QueueAsync(Spec() with { LeaseSeconds = 30 }, Spec() with { LeaseSeconds = 40 }, Spec() with { LeaseSeconds = 50 });
        var leases = (await ClaimAsync(await EnrolAsync(), 3)).Select(claimed => claimed.Fence).ToArray();
        await CancelAsync(leases[2].Task);

        var answers = await Tasks.RenewAsync(
            [Running(leases[2]), Running(leases[0] with { Attempt = 9 }), Running(leases[1]), Running(leases[0])], None);

        Assert.Equal([50, null, 40, 30], answers.Select(answer => answer.ValidFor?.TotalSeconds));
        Assert.Equal([true, false, false, false], answers.Select(answer => answer.Stopping));
    }

    [StoreFact]
    public async Task Copies_of_one_renewal_that_meet_are_all_answered()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());

        var together = await Tasks.RenewAsync([Running(lease), Running(lease)], None);
        var apart = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => RenewAsync(lease)));

        Assert.All([.. together, .. apart], answer => Assert.Equal(TimeSpan.FromSeconds(60), answer.ValidFor));
    }

    [StoreFact]
    public async Task A_renewal_of_a_cancelled_task_keeps_the_lease_and_leaves_the_task_as_it_ended()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await CancelAsync(lease.Task);
        var ended = await FindAsync(lease.Task);

        await Tasks.RenewAsync(
            [new Renewal { Fence = lease, Phase = TaskPhase.Running, Percent = 5, Message = "late", Digest = "sha256:2" }], None);

        var found = await FindAsync(lease.Task);
        Assert.True(found.Lease is { Stopping: true, Confirmed: true });
        Assert.Equal(ended with { Lease = found.Lease }, found);
    }

    [StoreFact]
    public async Task After_the_database_was_away_every_lease_gets_its_full_time()
    {
        await QueueAsync(Spec(), Spec() with { LeaseSeconds = 600 });
        var leases = (await ClaimAsync(await EnrolAsync(), 2)).Select(claimed => claimed.Fence).ToArray();
        await RenewAsync(leases[1]);
        await ExpireLeaseAsync(leases[0].Task);

        await Tasks.ExtendLeasesAsync(None);

        Assert.Empty(await Tasks.ExpireLeasesAsync(10, None));
        var holds = (await Tasks.ReadAssignmentsAsync(leases, None)).Select(order => order.ValidFor.TotalSeconds).ToArray();
        Assert.InRange(holds[0], 50, 60);
        Assert.InRange(holds[1], 590, 600);
    }

    private static Renewal Running(Domain.Runners.LeaseFence fence) => new() { Fence = fence, Phase = TaskPhase.Running };
}

public sealed class SqliteLeaseRenewalTests(SqliteFixture stores) : LeaseRenewalContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresLeaseRenewalTests(PostgresFixture stores)
    : LeaseRenewalContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
