using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>A paused session keeps what it has and takes nothing, and so does its next life.</summary>
public abstract class RunnerPauseContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private IRunnerStore Runners => Stores.Runners;

    [StoreFact]
    public async Task A_paused_session_works_on_what_it_has_and_claims_again_once_it_is_resumed()
    {
        await QueueAsync(Spec(), Spec());
        var session = await EnrolAsync();
        var lease = await ClaimOneAsync(session);

        Assert.True(await Runners.SetPausedAsync(session, true, None));

        Assert.Empty(await ClaimAsync(session, 1));
        Assert.NotNull((await RenewAsync(lease)).ValidFor);
        Assert.Null((await FinishAsync(lease)).Error);
        Assert.Equal([session], await Runners.ListPausedAsync(ClusterId, None));
        Assert.True((await Runners.ListAsync(ClusterId, None)).Single().Session.Paused);
        Assert.True(await Runners.SetPausedAsync(session, false, None));
        Assert.Single(await ClaimAsync(session, 1));
        Assert.Empty(await Runners.ListPausedAsync(ClusterId, None));
    }

    [StoreFact]
    public async Task L3_nothing_is_claimed_once_a_pause_is_acknowledged()
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
                    Assert.True(await Runners.SetPausedAsync(session, true, None));
                    return await HeldAsync(session);
                });

            Assert.Equal(held, await HeldAsync(session));
            Assert.Empty(await ClaimAsync(session, 1));
        }
    }

    [StoreFact]
    public async Task What_has_ended_or_never_was_can_t_be_paused()
    {
        var (ended, draining) = (await EnrolAsync(), await EnrolAsync());
        await Runners.SetPhaseAsync(ended, RunnerPhase.Active, RunnerPhase.Ended, None);
        await Runners.SetPhaseAsync(draining, RunnerPhase.Active, RunnerPhase.Draining, None);
        await Runners.SetPausedAsync(draining, true, None);

        Assert.False(await Runners.SetPausedAsync(ended, true, None));
        Assert.False(await Runners.SetPausedAsync(NextId(), true, None));
        Assert.Equal([draining], await Runners.ListPausedAsync(ClusterId, None));
    }

    [StoreFact]
    public async Task A_pause_goes_over_to_the_next_life_and_its_labels_are_the_new_ones()
    {
        await QueueAsync(Spec());
        var before = NewSession() with { Labels = LabelSet.Of(["gpu"]) };
        await Runners.EnrolAsync(before, null, None);
        await Runners.SetPausedAsync(before.Id, true, None);
        var next = NewSession() with { Labels = LabelSet.Of(["disk=ssd"]) };

        await Runners.EnrolAsync(next, before.Id, None);

        var found = await Runners.FindAsync(next.Id, None);
        Assert.Equal((true, RunnerPhase.Active, "disk=ssd"), (found!.Paused, found.Phase, found.Labels.Text));
        Assert.Empty(await ClaimAsync(next.Id, 1));
        await Runners.SetPausedAsync(next.Id, false, None);
        Assert.Single(await ClaimAsync(next.Id, 1));
    }

    [StoreFact]
    public async Task L3_a_pause_at_the_moment_of_a_hand_over_is_kept_or_refused_and_never_lost()
    {
        for (var round = 0; round < 25; round++)
        {
            var (before, next) = (await EnrolAsync(), NewSession());
            var (paused, _) = await RunConcurrentlyAsync(
                () => Runners.SetPausedAsync(before, true, None), () => Runners.EnrolAsync(next, before, None));

            Assert.Equal(paused, (await Runners.FindAsync(next.Id, None))!.Paused);
        }
    }

    [StoreFact]
    public async Task A_session_of_another_cluster_hands_no_pause_over()
    {
        var (mine, stranger) = (await EnrolAsync(), NewSession(await AddClusterAsync()));
        await Runners.SetPausedAsync(mine, true, None);

        await Runners.EnrolAsync(stranger, mine, None);

        Assert.False((await Runners.FindAsync(stranger.Id, None))!.Paused);
        Assert.True((await Runners.FindAsync(mine, None))!.Paused);
    }

    private Task<long> HeldAsync(string session) =>
        Stores.CountAsync($"SELECT COUNT(*) FROM leases WHERE session_id = '{session}'");
}

public sealed class SqliteRunnerPauseTests(SqliteFixture stores) : RunnerPauseContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresRunnerPauseTests(PostgresFixture stores)
    : RunnerPauseContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
