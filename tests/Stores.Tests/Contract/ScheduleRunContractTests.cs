using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class ScheduleRunContractTests(StoreFixture stores) : ScheduleTestBase(stores)
{
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static Func<TaskState, string> NoTrace { get; } = _ => "";

    [StoreFact]
    public async Task S4_what_is_due_queues_a_task_of_the_current_revision_with_the_payload_as_it_is()
    {
        await UploadAsync("hello");
        var code = await UploadAsync("hello");
        var made = await AddAsync(Hourly() with { Label = "l", Priority = 2 }, Now.AddSeconds(-1), [0, 255, 10]);

        var batch = await Schedules.RunDueAsync(10, NextTask, NoTrace, None);

        var run = Assert.Single(await Schedules.ListRunsAsync(ProjectId, made.Id, 0, 10, None));
        Assert.Equal((made.Id, "l", 2, code.Id), (run.State.Spec.ScheduleId, run.State.Spec.Label, run.State.Spec.CodeRev, run.State.Spec.CodeId));
        Assert.Equal([0, 255, 10], run.Payload);
        Assert.Equal(new TaskEffect.Offered(ClusterId, run.State.Lane, 2, LabelSet.None), batch.Offered.Single());
        Assert.InRange(batch.UntilNext!.Value.TotalSeconds, 3500, 3600);
        Assert.Equal(run.State.Id, (await ClaimOneAsync(await EnrolAsync())).Task);
        var after = await FindAsync(made.Id);
        Assert.Equal((1, made.StartAt.AddHours(1)), (after.RunCount, after.NextStart));
    }

    [StoreFact]
    public async Task What_is_due_queues_a_task_in_the_trace_that_is_begun_for_it_and_skips_begin_none()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly() with { MaxConcurrency = 1 }, Now.AddHours(-3));
        var begun = new List<(string, TaskId)>();

        await Schedules.RunDueAsync(10, NextTask, BeginTrace, None);
        await MakeDueAsync();
        await Schedules.RunDueAsync(10, NextTask, BeginTrace, None);

        var lease = await ClaimOneAsync(await EnrolAsync());
        Assert.Equal(Traceparent, (await Tasks.ReadAssignmentsAsync([lease], None)).Single().Spec.Traceparent);
        Assert.Equal([(made.Id, lease.Task)], begun);
        Assert.Equal(1, (await FindAsync(made.Id)).SkipCount);

        string BeginTrace(TaskState task)
        {
            begun.Add((task.Spec.ScheduleId, task.Id));
            return Traceparent;
        }
    }

    [StoreFact]
    public async Task A_run_by_hand_is_in_the_trace_of_its_request()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly(), Now.AddHours(1));

        await ChangeAsync(made.Id, (found, ground, now) => ScheduleStateMachine.RunNow(found, ground, NextTask(), now).InTrace(_ => Traceparent));

        var lease = await ClaimOneAsync(await EnrolAsync());
        Assert.Equal(Traceparent, (await Tasks.ReadAssignmentsAsync([lease], None)).Single().Spec.Traceparent);
    }

    [StoreFact]
    public async Task A_task_that_is_put_off_waits_for_its_own_time()
    {
        await UploadAsync("hello");
        await AddAsync(Hourly() with { TaskDelaySeconds = 30 }, Now.AddSeconds(-1));

        var batch = await Schedules.RunDueAsync(10, NextTask, NoTrace, None);

        Assert.Empty(batch.Offered);
        Assert.InRange((await Tasks.PromoteDelayedAsync(10, None)).UntilNext!.Value.TotalSeconds, 20, 30);
    }

    [StoreFact]
    public async Task The_longest_overdue_come_first_and_no_more_than_asked_for()
    {
        await UploadAsync("hello");
        var now = Now;
        foreach (var seconds in (int[])[1, 3, 2])
        {
            await AddAsync(Hourly() with { Label = $"{seconds}" }, now.AddSeconds(-seconds));
        }

        var first = await Schedules.RunDueAsync(2, NextTask, NoTrace, None);
        var claimed = await ClaimAsync(await EnrolAsync(), 5);
        var tasks = await Task.WhenAll(claimed.Select(task => FindAsync(task.Fence.Task)));

        Assert.Equal(["3", "2"], tasks.Select(task => task.Spec.Label));
        Assert.Equal(TimeSpan.Zero, first.UntilNext);
        Assert.Single((await Schedules.RunDueAsync(2, NextTask, NoTrace, None)).Offered);
    }

    [StoreFact]
    public async Task Sweeps_of_two_silos_at_the_same_time_run_each_schedule_once()
    {
        await UploadAsync("hello");
        await Schedules.AddAsync([.. Enumerable.Range(0, 60).Select(_ => New(Hourly(), Now.AddSeconds(-1)))], 60, None);

        var sweeps = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Schedules.RunDueAsync(20, NextTask, NoTrace, None))));
        var left = await Schedules.RunDueAsync(60, NextTask, NoTrace, None);

        Assert.Equal(60, sweeps.Append(left).Sum(batch => batch.Offered.Count));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(DISTINCT schedule_id) FROM tasks"));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
        Assert.Equal(60, await Stores.CountAsync("SELECT COUNT(*) FROM schedules WHERE run_count = 1"));
    }

    [StoreFact]
    public async Task A_schedule_does_not_move_without_its_task()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly(), Now.AddSeconds(-1));
        var taken = (await QueueAsync(Spec()))[0].Id;

        await Assert.ThrowsAnyAsync<Exception>(() => Schedules.RunDueAsync(10, () => taken, NoTrace, None));

        Assert.Equal(made, await FindAsync(made.Id));
        Assert.Single((await Schedules.RunDueAsync(10, NextTask, NoTrace, None)).Offered);
    }

    [StoreFact]
    public async Task Running_races_with_a_cancel_and_after_the_cancel_nothing_runs()
    {
        await UploadAsync("hello");
        for (var round = 0; round < 20; round++)
        {
            var made = await AddAsync(Hourly(), Now.AddSeconds(-1));

            var (batch, step) = await RunConcurrentlyAsync(
                () => Schedules.RunDueAsync(10, NextTask, NoTrace, None),
                () => ChangeAsync(made.Id, (found, _, now) => ScheduleStateMachine.Cancel(found, now)));

            var after = await FindAsync(made.Id);
            Assert.Equal((SchedulePhase.Cancelled, null), (after.Phase, after.NextStart));
            Assert.Equal(batch.Offered.Count, after.RunCount);
            Assert.Equal(batch.Offered.Count, (await Schedules.ListRunsAsync(ProjectId, made.Id, 0, 10, None)).Count);
            Assert.Null(step.Error);
        }
    }

    [StoreFact]
    public async Task A_run_by_hand_queues_one_task_that_can_be_claimed()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly(), Now.AddHours(1), [7]);
        var id = NextTask();

        var step = await ChangeAsync(made.Id, (found, ground, now) => ScheduleStateMachine.RunNow(found, ground, id, now));

        var queued = Assert.IsType<ScheduleEffect.Queued>(Assert.Single(step.Effects)).Task;
        var run = Assert.Single(await Schedules.ListRunsAsync(ProjectId, made.Id, 0, 10, None));
        Assert.Equal((id, run.State.Lane), (queued.Id, queued.Lane));
        Assert.Equal([7], run.Payload);
        Assert.Equal(id, (await ClaimOneAsync(await EnrolAsync())).Task);
        Assert.Equal((0, made.NextStart), ((await FindAsync(made.Id)).RunCount, (await FindAsync(made.Id)).NextStart));
    }

    [StoreFact]
    public async Task A_limit_counts_the_tasks_that_have_not_ended()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly() with { MaxConcurrency = 1 }, Now.AddHours(-3));
        await Schedules.RunDueAsync(10, NextTask, NoTrace, None);

        await MakeDueAsync();
        Assert.Empty((await Schedules.RunDueAsync(10, NextTask, NoTrace, None)).Offered);
        var session = await EnrolAsync();
        await FinishAsync(await ClaimOneAsync(session));
        await MakeDueAsync();

        Assert.Single((await Schedules.RunDueAsync(10, NextTask, NoTrace, None)).Offered);
        var after = await FindAsync(made.Id);
        Assert.Equal((2, 1), (after.RunCount, after.SkipCount));
    }

    [StoreFact]
    public async Task A_run_without_its_code_is_an_error_and_holds_up_no_other()
    {
        await UploadAsync("hello");
        var lost = await AddAsync(Hourly() with { CodeName = "gone" }, Now.AddSeconds(-2));
        await AddAsync(Hourly(), Now.AddSeconds(-1));

        Assert.Single((await Schedules.RunDueAsync(10, NextTask, NoTrace, None)).Offered);

        var after = await FindAsync(lost.Id);
        Assert.Equal((SchedulePhase.Error, 1, null), (after.Phase, after.ErrorCount, after.NextStart));
    }

    [StoreFact]
    public async Task A_history_begins_with_the_newest_and_has_this_schedules_tasks_only()
    {
        await UploadAsync("hello");
        var (one, other) = (await AddAsync(Hourly(), Now.AddHours(1)), await AddAsync(Hourly(), Now.AddHours(1)));
        await QueueAsync(Spec());
        var ids = new List<TaskId>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, TaskId.New(At.AddSeconds(i), i));
            await ChangeAsync(one.Id, (found, ground, now) => ScheduleStateMachine.RunNow(found, ground, ids[0], now));
            await ChangeAsync(other.Id, (found, ground, now) => ScheduleStateMachine.RunNow(found, ground, NextTask(), now));
        }

        Assert.Equal(ids.Take(2), (await Schedules.ListRunsAsync(ProjectId, one.Id, 0, 2, None)).Select(run => run.State.Id));
        Assert.Equal(ids.Skip(2), (await Schedules.ListRunsAsync(ProjectId, one.Id, 1, 2, None)).Select(run => run.State.Id));
        Assert.Empty(await Schedules.ListRunsAsync(await AddProjectAsync(), one.Id, 0, 10, None));
    }

    [StoreFact]
    public async Task S3_runs_that_were_missed_collapse_into_one()
    {
        await UploadAsync("hello");
        var made = await AddAsync(Hourly(), Now.AddHours(-5).AddMinutes(-1));

        await Schedules.RunDueAsync(10, NextTask, NoTrace, None);
        await Schedules.RunDueAsync(10, NextTask, NoTrace, None);

        Assert.Single(await Schedules.ListRunsAsync(ProjectId, made.Id, 0, 10, None));
        var after = await FindAsync(made.Id);
        Assert.Equal((1, 1, made.StartAt.AddHours(6)), (after.RunCount, after.CollapseCount, after.NextStart));
    }
}

public sealed class SqliteScheduleRunTests(SqliteFixture stores) : ScheduleRunContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresScheduleRunTests(PostgresFixture stores)
    : ScheduleRunContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
