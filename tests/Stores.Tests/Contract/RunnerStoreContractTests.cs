using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class RunnerStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_session_is_found_by_its_id_and_by_its_credential()
    {
        var session = Kept(NewSession() with { KeyIds = ["0123456789abcdef", "fedcba9876543210"] });

        Assert.Empty((await Stores.Runners.EnrolAsync(session, null, None))!);

        Assert.Equal(session, Same(await Stores.Runners.FindAsync(session.Id, None), session));
        Assert.Equal(session, Same(await Stores.Runners.FindByCredentialAsync(session.CredentialHash, None), session));
        Assert.Null(await Stores.Runners.FindAsync(NextId(), None));
        Assert.Null(await Stores.Runners.FindByCredentialAsync(Bytes(32), None));
    }

    [StoreFact]
    public async Task A_runner_that_comes_back_takes_its_live_leases_over_in_one_write()
    {
        await QueueAsync(Spec(), Spec(), Spec());
        var before = await EnrolAsync();
        var leases = (await ClaimAsync(before, 3)).Select(claimed => claimed.Fence).ToArray();
        await FinishAsync(leases[0]);
        await CancelAsync(leases[1].Task);
        var session = NewSession();

        var moved = await Stores.Runners.EnrolAsync(session, before, None);

        var expected = leases[1..].Select(lease => lease with { SessionId = session.Id }).ToArray();
        Assert.Equal(expected.ToHashSet(), moved!.ToHashSet());
        Assert.Equal(RunnerPhase.Ended, (await Stores.Runners.FindAsync(before, None))!.Phase);
        Assert.Null((await RenewAsync(leases[2])).ValidFor);
        Assert.NotNull((await RenewAsync(expected[1])).ValidFor);
        Assert.Empty(await ClaimAsync(before, 1));
        Assert.Null((await FinishAsync(expected[1])).Error);
    }

    [StoreFact]
    public async Task I9_a_session_of_another_cluster_hands_nothing_over()
    {
        await QueueAsync(Spec());
        var mine = await EnrolAsync();
        var lease = await ClaimOneAsync(mine);
        var stranger = NewSession(await AddClusterAsync());

        Assert.Empty((await Stores.Runners.EnrolAsync(stranger, mine, None))!);

        Assert.Equal(RunnerPhase.Active, (await Stores.Runners.FindAsync(mine, None))!.Phase);
        Assert.NotNull((await RenewAsync(lease)).ValidFor);
    }

    [StoreFact]
    public async Task A_phase_changes_from_what_it_was_thought_to_be_or_not_at_all()
    {
        var session = await EnrolAsync();

        Assert.False(await Stores.Runners.SetPhaseAsync(session, RunnerPhase.Draining, RunnerPhase.Ended, None));
        Assert.True(await Stores.Runners.SetPhaseAsync(session, RunnerPhase.Active, RunnerPhase.Draining, None));
        Assert.False(await Stores.Runners.SetPhaseAsync(session, RunnerPhase.Active, RunnerPhase.Draining, None));
        Assert.False(await Stores.Runners.SetPhaseAsync(NextId(), RunnerPhase.Active, RunnerPhase.Draining, None));

        Assert.Equal(RunnerPhase.Draining, (await Stores.Runners.FindAsync(session, None))!.Phase);
    }

    [StoreFact]
    public async Task Who_is_heard_of_stays_and_who_is_silent_too_long_ends()
    {
        var (heard, silent, fresh) = (await EnrolAsync(), await EnrolAsync(), await EnrolAsync());
        await Stores.ExecuteAsync($"UPDATE sessions SET seen_at = 1 WHERE id IN ('{heard}', '{silent}')");

        await Stores.Runners.TouchSessionsAsync([heard], TimeSpan.FromMinutes(5), None);

        Assert.Equal(RunnerPhase.Active, (await Stores.Runners.FindAsync(heard, None))!.Phase);
        Assert.Equal(RunnerPhase.Ended, (await Stores.Runners.FindAsync(silent, None))!.Phase);
        Assert.Equal(RunnerPhase.Active, (await Stores.Runners.FindAsync(fresh, None))!.Phase);
        Assert.True((await Stores.Runners.FindAsync(heard, None))!.SeenAt > Now.AddMinutes(-1));
        await Stores.Runners.TouchSessionsAsync([], TimeSpan.FromMinutes(5), None);
    }

    [StoreFact]
    public async Task Who_was_silent_for_a_minute_is_listed_as_lost_until_it_is_heard_of()
    {
        var (heard, silent) = (await EnrolAsync(), await EnrolAsync());
        await Stores.ExecuteAsync($"UPDATE sessions SET seen_at = seen_at - 61000 WHERE id = '{silent}'");
        await Stores.ExecuteAsync($"UPDATE sessions SET seen_at = seen_at - 50000 WHERE id = '{heard}'");
        await Stores.Runners.TouchSessionsAsync([heard], RunnerStateMachine.SessionTimeout, None);

        var before = await LostAsync();
        await Stores.Runners.TouchSessionsAsync([silent], RunnerStateMachine.SessionTimeout, None);

        Assert.Equal([silent], before);
        Assert.Empty(await LostAsync());

        async Task<IEnumerable<string>> LostAsync() => (await Stores.Runners.ListAsync(ClusterId, None))
            .Where(found => found.Session.Lost).Select(found => found.Session.Id);
    }

    [StoreFact]
    public async Task The_attempts_at_a_task_are_told_with_their_runners()
    {
        var task = (await QueueAsync(Spec()))[0];
        var (first, second) = (await EnrolAsync(), await EnrolAsync());
        await Tasks.ReleaseAsync([await ClaimOneAsync(first)], None);
        var lease = await ClaimOneAsync(second);
        var underWay = await Stores.Runners.ListAttemptsAsync(task.Id, 100, None);
        await FinishAsync(lease, TaskPhase.Error, "exit code 3");

        var attempts = await Stores.Runners.ListAttemptsAsync(task.Id, 100, None);

        Assert.Null(underWay[^1].Outcome);
        Assert.Equal(
            [(1, first, "runner", "released"), (2, second, "runner", "error")],
            attempts.Select(attempt => (attempt.Number, attempt.SessionId, attempt.RunnerName, attempt.Outcome)));
        Assert.Equal("exit code 3", attempts[^1].Message);
        Assert.Equal([2], (await Stores.Runners.ListAttemptsAsync(task.Id, 1, None)).Select(attempt => attempt.Number));
        Assert.Empty(await Stores.Runners.ListAttemptsAsync(NextTask(), 100, None));
    }

    [StoreFact]
    public async Task A_cluster_lists_its_live_sessions_with_what_they_hold()
    {
        await QueueAsync(Spec(), Spec());
        var (busy, idle, gone) = (await EnrolAsync(), await EnrolAsync(), await EnrolAsync());
        await EnrolAsync(await AddClusterAsync());
        await ClaimAsync(busy, 2);
        await Stores.Runners.SetPhaseAsync(gone, RunnerPhase.Active, RunnerPhase.Ended, None);
        await Stores.Runners.SetPhaseAsync(idle, RunnerPhase.Active, RunnerPhase.Draining, None);

        var listed = await Stores.Runners.ListAsync(ClusterId, None);

        Assert.Equal(
            [(busy, RunnerPhase.Active, 2), (idle, RunnerPhase.Draining, 0)],
            listed.OrderByDescending(found => found.Leases).Select(found => (found.Session.Id, found.Session.Phase, found.Leases)));
    }

    [StoreFact]
    public async Task Claims_and_heartbeats_of_the_same_sessions_do_not_block_each_other_for_good()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 60)]);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => EnrolAsync()));
        var heads = await CursorsAsync();
        ClaimSlot[] slots = [.. sessions.Reverse().Select(session => Slot(session))];

        for (var round = 0; round < 2; round++)
        {
            var (claimed, _) = await RunConcurrentlyAsync(
                () => Tasks.ClaimAsync(new ClaimBatch(heads, slots), None),
                async () =>
                {
                    await Stores.Runners.TouchSessionsAsync(sessions, TimeSpan.FromMinutes(5), None);
                    return true;
                });
            Assert.Equal(30, claimed.Count);
            slots = [.. sessions.Select(session => Slot(session))];
        }
    }

    private static RunnerSession Kept(RunnerSession session)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt.ToUnixTimeMilliseconds());
        return session with { CreatedAt = at, SeenAt = at };
    }

    /// <summary>The same record, with the very array that it is compared with when the bytes are equal.</summary>
    private static RunnerSession Same(RunnerSession? found, RunnerSession expected)
    {
        Assert.Equal(expected.CredentialHash, found!.CredentialHash);
        Assert.Equal(expected.KeyIds, found.KeyIds);
        return found with { CredentialHash = expected.CredentialHash, KeyIds = expected.KeyIds };
    }
}

public sealed class SqliteRunnerStoreTests(SqliteFixture stores) : RunnerStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresRunnerStoreTests(PostgresFixture stores)
    : RunnerStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
