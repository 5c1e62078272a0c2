using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskRetryContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task An_error_with_retries_left_puts_a_new_task_with_the_same_payload_in_the_queue()
    {
        var first = New(Spec(priority: 1) with { Retries = 2, Label = "label" }, [0, 255, 1]);
        await Tasks.EnqueueAsync([first], None);
        await QueueAsync(Spec(priority: 1));
        var session = await EnrolAsync();
        var retry = NextTask();

        var step = await FinishAsync(await ClaimOneAsync(session), TaskPhase.Error, "broke", retry);

        var stored = (await Tasks.FindAsync(ProjectId, retry, None))!;
        Assert.Equal(retry, step.Effects.OfType<TaskEffect.Retried>().Single().Task.Id);
        Assert.Equal(TaskPhase.Error, (await FindAsync(first.State.Id)).Phase);
        Assert.Equal((first.State.Id, 1, 0), (stored.State.OriginalId!.Value, stored.State.RetryCount, stored.State.Attempt));
        Assert.Equal((TaskPhase.Queued, step.State.Lane), (stored.State.Phase, stored.State.Lane));
        Assert.Equal(first.State.Spec, stored.State.Spec);
        Assert.Equal(first.Payload, stored.Payload);
        Assert.Equal(retry, (await ClaimAsync(session, 5))[^1].Fence.Task);
    }

    [StoreFact]
    public async Task The_trace_of_a_task_goes_with_its_lease_and_with_that_of_its_retry()
    {
        const string traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await QueueAsync(Spec() with { Retries = 1, Traceparent = traceparent });
        var session = await EnrolAsync();
        var first = await ClaimOneAsync(session);
        var order = (await Tasks.ReadAssignmentsAsync([first], None)).Single();

        await FinishAsync(first, TaskPhase.Error, "broke", NextTask());

        var again = (await Tasks.ReadAssignmentsAsync([await ClaimOneAsync(session)], None)).Single();
        Assert.Equal((traceparent, 0), (order.Spec.Traceparent, order.RetryCount));
        Assert.Equal((traceparent, 1), (again.Spec.Traceparent, again.RetryCount));
    }

    [StoreFact]
    public async Task C7_a_task_names_its_latest_retry_whether_it_came_by_itself_or_by_hand()
    {
        var first = (await QueueAsync(Spec() with { Retries = 1 }))[0];
        var lease = await ClaimOneAsync(await EnrolAsync());
        TaskToEnqueue[] byHand = [Again(first), Again(first)];
        await Tasks.EnqueueAsync(byHand, None);
        var latest = (await FindAsync(first.Id)).RetryId;
        var byItself = NextTask();

        await FinishAsync(lease, TaskPhase.Error, "broke", byItself);

        Assert.Equal(byHand.Max(task => task.State.Id.Value), latest!.Value.Value);
        Assert.Equal(byItself, (await FindAsync(first.Id)).RetryId);
        Assert.All(byHand, task => Assert.Equal(first.Id, FindAsync(task.State.Id).Result.RetryOf));
        var stored = await FindAsync(byItself);
        Assert.Equal((null, (TaskId?)first.Id, null), (stored.RetryOf, stored.OriginalId, stored.RetryId));
        Assert.Null((await FindAsync(byHand[0].State.Id)).OriginalId);
    }

    [StoreFact]
    public async Task C4_retries_by_hand_leave_the_chain_of_automatic_ones_alone()
    {
        var first = (await QueueAsync(Spec() with { Retries = 2 }))[0];
        var session = await EnrolAsync();
        await Tasks.EnqueueAsync([Again(first)], None);
        var leases = (await ClaimAsync(session, 2)).Select(claimed => claimed.Fence).ToArray();

        foreach (var lease in leases)
        {
            await FinishAsync(lease, TaskPhase.Error, "broke");
        }

        var all = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 10, None);
        Assert.Equal([0, 0, 1, 1], all.Select(task => task.State.RetryCount).Order());
        Assert.Equal(2, all.Select(task => task.State.OriginalId).OfType<TaskId>().Distinct().Count());
    }

    [StoreFact]
    public async Task A_retry_with_a_delay_waits_for_it()
    {
        await QueueAsync(Spec() with { Retries = 1, RetriesDelaySeconds = 30 });
        var retry = NextTask();

        await FinishAsync(await ClaimOneAsync(await EnrolAsync()), TaskPhase.Error, "broke", retry);

        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
        Assert.Equal(30, (await FindAsync(retry)).Spec.DelaySeconds);
        Assert.InRange((await Tasks.PromoteDelayedAsync(10, None)).UntilNext!.Value.TotalSeconds, 20, 30);
    }

    [StoreFact]
    public async Task I7_a_chain_of_retries_ends_after_as_many_as_were_asked_for()
    {
        var first = (await QueueAsync(Spec() with { Retries = 2 }))[0].Id;
        var session = await EnrolAsync();

        for (var i = 0; i < 3; i++)
        {
            await FinishAsync(await ClaimOneAsync(session), TaskPhase.Error, $"try {i}");
        }

        Assert.Empty(await ClaimAsync(session, 1));
        var all = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 10, None);
        Assert.Equal([0, 1, 2], all.Select(task => task.State.RetryCount).Order());
        Assert.All(all.Where(task => task.State.RetryCount > 0), task => Assert.Equal(first, task.State.OriginalId));
    }

    [StoreFact]
    public async Task Success_and_errors_that_another_try_cannot_change_are_not_tried_again()
    {
        await QueueAsync(Spec() with { Retries = 5 }, Spec() with { Retries = 5 }, Spec() with { Retries = 5 });
        var leases = (await ClaimAsync(await EnrolAsync(), 3)).Select(claimed => claimed.Fence).ToArray();
        var final = new TaskOutcome { Phase = TaskPhase.Error, Message = "refused", Retryable = false };

        await Tasks.FinishAsync(
            [Report(leases[0]), Report(leases[1], TaskPhase.Timeout), new FinishReport(leases[2], final, NextTask())], None);

        Assert.Equal(3, await Stores.CountAsync("SELECT COUNT(*) FROM tasks"));
    }

    [StoreFact]
    public async Task A_retry_id_that_is_taken_fails_its_own_report_and_no_other()
    {
        var known = (await QueueAsync(Spec() with { DelaySeconds = 60 }))[0].Id;
        await QueueAsync([.. Enumerable.Repeat(Spec() with { Retries = 1 }, 12)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 12)).Select(claimed => claimed.Fence).ToArray();

        var calls = leases.Select((lease, i) => FinishAsync(lease, TaskPhase.Error, "broke", i == 5 ? known : null)).ToArray();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(calls));

        Assert.All(calls.Index(), call => Assert.Equal(call.Index == 5, call.Item.IsFaulted));
        Assert.Equal(11, await Stores.CountAsync("SELECT COUNT(*) FROM tasks WHERE phase = 4"));
        Assert.Equal(1, await CountRowsAsync("leases", leases[5].Task));
    }

    private TaskToEnqueue Again(TaskState task) => new(
        TaskStateMachine.Retry(task, NextTask(), 0, Now).Effects.OfType<TaskEffect.Retried>().Single().Task, [1, 2, 3]);
}

public sealed class SqliteTaskRetryTests(SqliteFixture stores) : TaskRetryContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskRetryTests(PostgresFixture stores)
    : TaskRetryContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
