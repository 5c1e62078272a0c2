using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskClaimContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task Higher_priorities_come_first_and_then_who_came_first_over_all_lanes()
    {
        var queued = await QueueAsync(
            Spec("a"), Spec("b", 1), Spec("a", 2), Spec("b"), Spec("c", 2), Spec("a", 1), Spec("b", 2), Spec("c"));
        var session = await EnrolAsync();

        var first = await ClaimAsync(session, 5);
        var rest = await ClaimAsync(session, 5);

        Assert.Equal([2, 4, 6, 1, 5], first.Select(claimed => IndexOf(queued, claimed)));
        Assert.Equal([0, 3, 7], rest.Select(claimed => IndexOf(queued, claimed)));
        Assert.All(first, claimed => Assert.Equal(queued[IndexOf(queued, claimed)].Lane, claimed.Lane));
        Assert.All(first, claimed => Assert.Equal(queued[IndexOf(queued, claimed)].Spec.Priority, claimed.Priority));
    }

    [StoreFact]
    public async Task Each_slot_gets_one_task_under_its_own_session_key_and_token()
    {
        await QueueAsync(Spec(), Spec(), Spec());
        ClaimSlot[] slots =
            [Slot(await EnrolAsync(), "first"), Slot(await EnrolAsync(), "second"), Slot(await EnrolAsync(), "third")];

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), slots), None);

        Assert.Equal(3, claimed.Select(task => task.Fence.Task).Distinct().Count());
        Assert.Equal(
            slots.Select(slot => (slot.SessionId, slot.ClaimKey, slot.Token)),
            claimed.Select(task => (task.Fence.SessionId, task.ClaimKey, task.Fence.Token)));
        Assert.All(claimed, task => Assert.Equal(1, task.Fence.Attempt));
    }

    [StoreFact]
    public async Task A_claimed_task_is_leased_for_ten_seconds_and_waits_no_more()
    {
        var task = (await QueueAsync(Spec()))[0];

        var lease = await ClaimOneAsync(await EnrolAsync());

        var order = (await Tasks.ReadAssignmentsAsync([lease], None)).Single();
        Assert.InRange(order.ValidFor, TimeSpan.FromSeconds(5), LeasePolicy.FirstLease);
        var found = await FindAsync(task.Id);
        Assert.Equal(lease, found.Lease!.Fence);
        Assert.Equal((TaskPhase.Queued, 1, false, false), (found.Phase, found.Attempt, found.Lease.Confirmed, found.Lease.Stopping));
        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
        Assert.Equal(0, await CountRowsAsync("task_events", task.Id));
        var attempt = Assert.Single(await Stores.Runners.ListAttemptsAsync(task.Id, 100, None));
        Assert.Equal((1, lease.SessionId, null), (attempt.Number, attempt.SessionId, attempt.Outcome));
    }

    [StoreFact]
    public async Task A_claim_sees_only_what_stands_behind_its_cursor()
    {
        var queued = await QueueAsync(Spec(), Spec(), Spec());
        var session = await EnrolAsync();
        var first = (await ClaimAsync(session, 1))[0];
        await Tasks.ReleaseAsync([first.Fence], None);
        var second = (await ClaimAsync(session, 1))[0];

        var behind = await Tasks.ClaimAsync(
            new ClaimBatch([new LaneCursor(second.Lane, second.Priority, second.Key)], SlotsOf(session, 3)), None);

        Assert.Equal(queued[1].Id, second.Fence.Task);
        Assert.Equal([queued[2].Id, queued[0].Id], behind.Select(claimed => claimed.Fence.Task));
        Assert.True(first.Key < second.Key && second.Key < behind[0].Key && behind[0].Key < behind[1].Key);
    }

    [StoreFact]
    public async Task Slots_of_sessions_that_are_not_active_get_nothing_and_leave_the_tasks_to_the_others()
    {
        var queued = await QueueAsync(Spec(), Spec(), Spec(), Spec());
        var (draining, ended, active) = (await EnrolAsync(), await EnrolAsync(), await EnrolAsync());
        await Stores.Runners.SetPhaseAsync(draining, RunnerPhase.Active, RunnerPhase.Draining, None);
        await Stores.Runners.SetPhaseAsync(ended, RunnerPhase.Active, RunnerPhase.Ended, None);
        ClaimSlot[] slots = [Slot(draining), Slot(active), Slot(ended), Slot(NextId()), Slot(active)];

        var claimed = await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), slots), None);

        Assert.Equal(queued[..2].Select(task => task.Id), claimed.Select(task => task.Fence.Task));
        Assert.Equal([slots[1].Token, slots[4].Token], claimed.Select(task => task.Fence.Token));
        Assert.Empty(await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), [Slot(draining)]), None));
        Assert.Single(await Tasks.ListBacklogAsync(ClusterId, None));
    }

    [StoreFact]
    public async Task A_claim_of_nothing_gets_nothing()
    {
        var session = await EnrolAsync();

        Assert.Empty(await Tasks.ClaimAsync(new ClaimBatch([], SlotsOf(session, 2)), None));
        Assert.Empty(await Tasks.ClaimAsync(new ClaimBatch([new LaneCursor(123_456, 0, 0)], SlotsOf(session, 2)), None));
        await QueueAsync(Spec());
        Assert.Empty(await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), []), None));
    }

    [StoreFact]
    public async Task A_repeated_claim_key_finds_the_same_live_leases()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 5)]);
        var (session, other) = (await EnrolAsync(), await EnrolAsync());
        var heads = await CursorsAsync();
        var mine = await Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(session, 3, "mine")), None);
        await Tasks.ClaimAsync(new ClaimBatch(heads, [Slot(session, "later"), Slot(other, "mine")]), None);

        var leases = mine.Select(task => task.Fence).ToArray();
        Assert.Equal(leases.ToHashSet(), (await Tasks.FindClaimedAsync(session, "mine", None)).ToHashSet());

        await FinishAsync(leases[0]);
        await CancelAsync(leases[1].Task);
        Assert.Equal([leases[2]], await Tasks.FindClaimedAsync(session, "mine", None));
        Assert.Empty(await Tasks.FindClaimedAsync(session, "never", None));
    }

    [StoreFact]
    public async Task I4_claimers_at_the_same_time_share_the_tasks_without_a_double_or_a_gap()
    {
        var queued = await QueueAsync([.. Enumerable.Range(0, 120).Select(i => Spec($"code {i % 3}", i % 2))]);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => EnrolAsync()));
        var heads = await CursorsAsync();

        var calls = sessions.Select(session => Task.Run(
            () => Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(session, 10)), None)));
        var claimed = (await Task.WhenAll(calls)).SelectMany(tasks => tasks).ToArray();

        // Who comes late may find that others hold all it sees; what is left is there for the next claim.
        var left = await ClaimAsync(sessions[0], 120);
        Assert.Equal(
            queued.Select(task => task.Id.Value).Order(), claimed.Concat(left).Select(task => task.Fence.Task.Value).Order());
    }

    [StoreFact]
    public async Task F29_nothing_is_claimed_once_a_drain_is_acknowledged()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 100)]);
        var heads = await CursorsAsync();
        for (var round = 0; round < 25; round++)
        {
            var session = await EnrolAsync();
            var (_, held) = await RunConcurrentlyAsync(
                () => Tasks.ClaimAsync(new ClaimBatch(heads, SlotsOf(session, 2)), None),
                async () =>
                {
                    Assert.True(await Stores.Runners.SetPhaseAsync(session, RunnerPhase.Active, RunnerPhase.Draining, None));
                    return await HeldAsync(session);
                });

            Assert.Equal(held, await HeldAsync(session));
        }
    }

    [StoreFact]
    public async Task Orders_carry_what_a_runner_needs_in_the_order_asked_for()
    {
        var tasks = Enumerable.Range(0, 4).Select(i => New(Spec() with { Label = $"{i}" }, [(byte)i])).ToArray();
        await Tasks.EnqueueAsync(tasks, None);
        var session = await EnrolAsync();
        var leases = (await ClaimAsync(session, 4)).Select(claimed => claimed.Fence).ToArray();
        await FinishAsync(leases[1]);
        await CancelAsync(leases[2].Task);

        var orders = await Tasks.ReadAssignmentsAsync(
            [leases[3], leases[1], leases[2], leases[0], leases[0] with { Attempt = 2 }, leases[0] with { SessionId = NextId() }], None);

        Assert.Equal([leases[3], leases[0]], orders.Select(order => order.Fence));
        Assert.Equal([tasks[3].State.Spec, tasks[0].State.Spec], orders.Select(order => order.Spec));
        Assert.Equal([[3], [0]], orders.Select(order => order.Payload));
    }

    private Task<long> HeldAsync(string session) =>
        Stores.CountAsync($"SELECT COUNT(*) FROM leases WHERE session_id = '{session}'");

    private static int IndexOf(TaskState[] queued, ClaimedTask claimed) =>
        Array.FindIndex(queued, task => task.Id == claimed.Fence.Task);
}

public sealed class SqliteTaskClaimTests(SqliteFixture stores) : TaskClaimContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskClaimTests(PostgresFixture stores)
    : TaskClaimContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
