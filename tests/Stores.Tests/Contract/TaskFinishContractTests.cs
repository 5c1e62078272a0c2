using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskFinishContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_finish_ends_the_task_and_the_lease_in_one_write()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await Tasks.RenewAsync(
            [new Renewal { Fence = lease, Phase = TaskPhase.Running, Percent = 90, Message = "nearly", Digest = "sha256:3" }], None);
        var outcome = new TaskOutcome
        {
            Phase = TaskPhase.Timeout,
            Message = "took too long",
            ExitCode = 137,
            DurationMilliseconds = 1234,
        };

        var step = (await Tasks.FinishAsync([new FinishReport(lease, outcome, NextTask())], None)).Single();

        var found = await FindAsync(lease.Task);
        Assert.Null(step.Error);
        Assert.Equal(
            (TaskPhase.Timeout, "took too long", 137, 1234L),
            (found.Phase, found.Message, found.ExitCode!.Value, found.DurationMilliseconds));
        Assert.Equal((90, "sha256:3", 1), (found.Percent, found.Digest, found.Attempt));
        Assert.Null(found.Lease);
        Assert.Equal(found.EndedAt, found.UpdatedAt);
        Assert.True(found.StartedAt <= found.EndedAt);
        Assert.Equal(0, await CountRowsAsync("leases", lease.Task));
        Assert.Equal(1, await CountRowsAsync("task_events", lease.Task, "kind = 'timeout'"));
    }

    [StoreFact]
    public async Task I5_a_finish_under_an_old_attempt_token_or_session_is_stale_and_changes_nothing()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        var before = await FindAsync(lease.Task);

        var steps = await Tasks.FinishAsync(
            [
                Report(lease with { Attempt = 2 }), Report(lease with { Token = NextId() }),
                Report(lease with { SessionId = await EnrolAsync() }),
            ],
            None);

        Assert.All(steps, step => Assert.Equal(ErrorKind.Stale, step.Error!.Kind));
        Assert.Equal(3, steps.Count);
        Assert.Equal(before, await FindAsync(lease.Task));
    }

    [StoreFact]
    public async Task Each_report_of_a_call_gets_its_own_step_in_order()
    {
        await QueueAsync(Spec(), Spec(), Spec());
        var leases = (await ClaimAsync(await EnrolAsync(), 3)).Select(claimed => claimed.Fence).ToArray();
        var unknown = leases[0] with { Task = NextTask() };

        var steps = await Tasks.FinishAsync(
            [
                Report(leases[2]), Report(unknown), Report(leases[0], TaskPhase.Error, "broke"),
                Report(leases[2], TaskPhase.Error, "again"), Report(leases[1]),
            ],
            None);

        Assert.Equal(
            [null, ErrorKind.NotFound, null, ErrorKind.Stale, null], steps.Select(step => step.Error?.Kind));
        Assert.Equal(
            [leases[2].Task, unknown.Task, leases[0].Task, leases[2].Task, leases[1].Task], steps.Select(step => step.State.Id));
        Assert.Equal(TaskPhase.Complete, (await FindAsync(leases[2].Task)).Phase);
        Assert.Equal("broke", (await FindAsync(leases[0].Task)).Message);
    }

    [StoreFact]
    public async Task I1_a_repeated_finish_changes_nothing()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await FinishAsync(lease);
        var ended = await FindAsync(lease.Task);

        var again = await FinishAsync(lease, TaskPhase.Error, "late");

        Assert.Equal(ErrorKind.Stale, again.Error!.Kind);
        Assert.Equal(ended, await FindAsync(lease.Task));
    }

    [StoreFact]
    public async Task I1_of_many_copies_of_one_finish_exactly_one_counts()
    {
        await QueueAsync(Spec() with { Retries = 5 });
        var lease = await ClaimOneAsync(await EnrolAsync());

        var steps = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => FinishAsync(lease, TaskPhase.Error, $"copy {i}"))));

        Assert.Single(steps, step => step.Error is null);
        Assert.Equal(1, await CountRowsAsync("task_events", lease.Task, "kind = 'error'"));
        Assert.Equal(2, await Stores.CountAsync("SELECT COUNT(*) FROM tasks"));
    }

    [StoreFact]
    public async Task Text_that_no_column_can_hold_does_not_keep_an_attempt_from_ending()
    {
        await QueueAsync(Spec(), Spec());
        var leases = (await ClaimAsync(await EnrolAsync(), 2)).Select(claimed => claimed.Fence).ToArray();

        await Tasks.RenewAsync([new Renewal { Fence = leases[0], Phase = TaskPhase.Running, Message = "nul \0 \ud800!" }], None);
        var steps = await Tasks.FinishAsync(
            [Report(leases[0], TaskPhase.Error, "nul \0 and \udc00 half"), Report(leases[1], TaskPhase.Error, "fine 🎉")], None);

        Assert.All(steps, step => Assert.Null(step.Error));
        Assert.StartsWith("nul ", (await FindAsync(leases[0].Task)).Message, StringComparison.Ordinal);
        Assert.Equal("fine 🎉", (await FindAsync(leases[1].Task)).Message);
    }

    [StoreFact]
    public async Task Hundreds_of_single_finishes_at_the_same_time_all_count()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 300)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 300)).Select(claimed => claimed.Fence).ToArray();

        var steps = await Task.WhenAll(leases.Select(lease => FinishAsync(lease)));

        Assert.All(steps, step => Assert.Null(step.Error));
        Assert.Equal(leases.Select(lease => lease.Task), steps.Select(step => step.State.Id));
        Assert.Equal(300, await Stores.CountAsync("SELECT COUNT(*) FROM tasks WHERE phase = 3"));
        Assert.Equal(0, await Stores.CountAsync("SELECT COUNT(*) FROM leases"));
    }
}

public sealed class SqliteTaskFinishTests(SqliteFixture stores) : TaskFinishContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskFinishTests(PostgresFixture stores)
    : TaskFinishContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
