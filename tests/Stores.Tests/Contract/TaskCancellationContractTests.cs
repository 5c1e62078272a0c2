using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskCancellationContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_waiting_or_delayed_task_is_cancelled_and_never_claimed()
    {
        var tasks = await QueueAsync(Spec(), Spec() with { DelaySeconds = 60 });

        var steps = await Tasks.CancelAsync(ProjectId, [.. tasks.Select(task => task.Id)], None);

        Assert.All(steps, step => Assert.Equal((TaskPhase.Cancelled, null), (step.State.Phase, step.Error)));
        Assert.Equal(2, await Stores.CountAsync("SELECT COUNT(*) FROM tasks WHERE phase = 5"));
        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
        Assert.Null((await Tasks.PromoteDelayedAsync(10, None)).UntilNext);
        Assert.Equal(2, await Stores.CountAsync("SELECT COUNT(*) FROM task_events WHERE kind = 'cancelled'"));
    }

    [StoreFact]
    public async Task A_running_task_is_final_at_once_and_its_lease_stays_until_the_runner_is_done()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await RenewAsync(lease);

        var step = await CancelAsync(lease.Task);
        var stopping = await FindAsync(lease.Task);
        var finish = await FinishAsync(lease, TaskPhase.Error, "killed");
        var done = await FindAsync(lease.Task);

        Assert.Equal(new TaskEffect.StopRequested(ClusterId, lease), step.Effects.Single());
        Assert.Equal((TaskPhase.Cancelled, true), (stopping.Phase, stopping.Lease!.Stopping));
        Assert.NotNull(stopping.StartedAt);
        Assert.Null(finish.Error);
        Assert.Equal(stopping with { Lease = null }, done);
    }

    [StoreFact]
    public async Task I1_a_final_task_stays_as_it_ended()
    {
        await QueueAsync(Spec());
        var lease = await ClaimOneAsync(await EnrolAsync());
        await FinishAsync(lease);
        var ended = await FindAsync(lease.Task);

        var step = await CancelAsync(lease.Task);
        var again = await CancelAsync(lease.Task);

        Assert.True(step.Unchanged && again.Unchanged);
        Assert.Null(step.Error);
        Assert.Equal(ended, await FindAsync(lease.Task));
    }

    [StoreFact]
    public async Task I9_a_task_of_another_project_is_not_found_like_one_that_does_not_exist()
    {
        var task = (await QueueAsync(Spec()))[0];
        var (stranger, nobody) = (await AddProjectAsync(), NextTask());

        var steps = await Tasks.CancelAsync(stranger, [task.Id, nobody], None);

        Assert.All(steps, step => Assert.Equal(ErrorKind.NotFound, step.Error!.Kind));
        Assert.Equal($"there is no task {task.Id}", steps[0].Error!.Message);
        Assert.Equal(TaskPhase.Queued, (await FindAsync(task.Id)).Phase);
    }

    [StoreFact]
    public async Task Many_cancels_of_one_task_are_one()
    {
        var task = (await QueueAsync(Spec()))[0];

        var steps = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CancelAsync(task.Id)));

        Assert.Single(steps, step => !step.Unchanged);
        Assert.All(steps, step => Assert.Equal((TaskPhase.Cancelled, null), (step.State.Phase, step.Error)));
        Assert.Equal(1, await CountRowsAsync("task_events", task.Id, "kind = 'cancelled'"));
    }

    [StoreFact]
    public async Task F28_finish_and_cancel_race_and_exactly_one_ends_the_task()
    {
        var session = await EnrolAsync();
        for (var round = 0; round < 25; round++)
        {
            await QueueAsync(Spec() with { Retries = 1 });
            var lease = (await ClaimAsync(session, 1))[0].Fence;
            var retry = NextTask();

            var (finish, cancel) = await RunConcurrentlyAsync(
                () => FinishAsync(lease, TaskPhase.Error, "broke", retry), () => CancelAsync(lease.Task));

            var found = await FindAsync(lease.Task);
            Assert.Null(finish.Error);
            Assert.Null(cancel.Error);
            Assert.Null(found.Lease);
            Assert.Equal(found.Phase, cancel.State.Phase);
            Assert.Equal(cancel.Unchanged ? TaskPhase.Error : TaskPhase.Cancelled, found.Phase);
            Assert.Equal(cancel.Unchanged, await Tasks.FindAsync(ProjectId, retry, None) is not null);
            Assert.Equal(1, await CountRowsAsync("task_events", lease.Task, "kind IN ('error', 'cancelled')"));
            await Tasks.CancelAsync(ProjectId, [retry], None);
        }
    }

    [StoreFact]
    public async Task F28_claim_and_cancel_race_and_the_task_is_cancelled_with_or_without_a_lease()
    {
        var session = await EnrolAsync();
        for (var round = 0; round < 25; round++)
        {
            var task = (await QueueAsync(Spec()))[0].Id;
            var heads = await CursorsAsync();

            var (claimed, cancel) = await RunConcurrentlyAsync(
                () => Tasks.ClaimAsync(new ClaimBatch(heads, [Slot(session)]), None), () => CancelAsync(task));

            var found = await FindAsync(task);
            Assert.Null(cancel.Error);
            Assert.Equal(TaskPhase.Cancelled, found.Phase);
            Assert.Equal(claimed.SingleOrDefault()?.Fence, found.Lease?.Fence);
            Assert.True(found.Lease is null or { Stopping: true });
            Assert.Equal(0, await CountRowsAsync("ready", task));
        }
    }
}

public sealed class SqliteTaskCancellationTests(SqliteFixture stores) : TaskCancellationContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskCancellationTests(PostgresFixture stores)
    : TaskCancellationContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
