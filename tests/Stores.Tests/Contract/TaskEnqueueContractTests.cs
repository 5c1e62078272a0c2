using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskEnqueueContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_queued_task_is_found_as_it_was_queued()
    {
        var spec = Spec(priority: 2) with
        {
            CodeRev = 7,
            TimeoutSeconds = 11,
            Label = "label ☃",
            ScheduleId = "schedule",
            Retries = 3,
            RetriesDelaySeconds = 12,
            LeaseSeconds = 13,
            MaxLosses = 4,
        };
        var task = New(spec, [9, 8]);

        var queued = (await Tasks.EnqueueAsync([task], None)).Single();
        var found = await Tasks.FindAsync(ProjectId, task.State.Id, None);

        Assert.NotEqual(0, queued.Lane);
        Assert.Equal(queued with { CreatedAt = Kept(queued.CreatedAt), UpdatedAt = Kept(queued.UpdatedAt) }, found!.State);
        Assert.Equal([9, 8], found.Payload);
    }

    [StoreFact]
    public async Task Any_byte_in_a_payload_survives()
    {
        byte[] every = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        byte[][] payloads = [[], [0], [0xff, 0xfe, 0x00, 0xc3, 0x28], every, Bytes(300_000)];
        var tasks = payloads.Select(payload => New(Spec(), payload)).ToArray();

        await Tasks.EnqueueAsync(tasks, None);

        foreach (var task in tasks)
        {
            Assert.Equal(task.Payload, (await Tasks.FindAsync(ProjectId, task.State.Id, None))!.Payload);
        }
    }

    [StoreFact]
    public async Task Tasks_of_one_call_are_stored_all_or_none()
    {
        var (first, second) = (New(Spec()), New(Spec()));

        await Assert.ThrowsAnyAsync<Exception>(() => Tasks.EnqueueAsync([first, second, first], None));

        Assert.Null(await Tasks.FindAsync(ProjectId, first.State.Id, None));
        Assert.Null(await Tasks.FindAsync(ProjectId, second.State.Id, None));
        Assert.Empty(await Tasks.ListBacklogAsync(ClusterId, None));
    }

    [StoreFact]
    public async Task A_call_that_fails_for_its_data_hurts_none_that_share_its_transaction()
    {
        var known = New(Spec());
        await Tasks.EnqueueAsync([known], None);
        TaskToEnqueue[] tasks = [.. Enumerable.Range(0, 60).Select(i => i % 20 == 7 ? known : New(Spec()))];

        var calls = tasks.Select(task => Tasks.EnqueueAsync([task], None)).ToArray();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(calls));

        Assert.All(tasks.Zip(calls), pair => Assert.Equal(pair.First == known, pair.Second.IsFaulted));
        Assert.Equal(58, await Stores.CountAsync("SELECT COUNT(*) FROM tasks"));
        Assert.Equal(58, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
    }

    [StoreFact]
    public async Task A_lane_is_one_cluster_and_code()
    {
        var other = await AddClusterAsync();

        var queued = await QueueAsync(
            Spec("a"), Spec("b"), Spec("a", priority: 2), Spec("a") with { ClusterId = other });

        Assert.Equal(3, queued.Select(task => task.Lane).Distinct().Count());
        Assert.Equal(queued[0].Lane, queued[2].Lane);
    }

    [StoreFact]
    public async Task Calls_that_need_a_new_lane_at_the_same_time_agree_on_it()
    {
        await using var silo = Stores is PostgresFixture ? Stores.OpenAnother() : null;
        var there = silo is null ? Tasks : (ITaskStore)silo.GetService(typeof(ITaskStore))!;

        var calls = Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? Tasks : there).EnqueueAsync([New(Spec($"code {i / 4}"))], None));
        var queued = await Task.WhenAll(calls);

        Assert.Equal(10, queued.Select(task => task[0].Lane).Distinct().Count());
        Assert.All(queued.GroupBy(task => task[0].Spec.CodeId), lane => Assert.Single(lane.Select(task => task[0].Lane).Distinct()));
    }

    [StoreFact]
    public async Task What_waits_is_told_by_lane_and_priority()
    {
        var other = await AddClusterAsync();
        var queued = await QueueAsync(
            Spec("a"), Spec("a"), Spec("a", priority: 2), Spec("b", priority: 1), Spec("a") with { ClusterId = other },
            Spec("c") with { DelaySeconds = 60 });
        LaneBacklog[] here =
        [
            new(ClusterId, queued[0].Lane, 0, LabelSet.None),
            new(ClusterId, queued[0].Lane, 2, LabelSet.None),
            new(ClusterId, queued[3].Lane, 1, LabelSet.None),
        ];

        Assert.Equal(here.ToHashSet(), (await Tasks.ListBacklogAsync(ClusterId, None)).ToHashSet());
        Assert.Equal([.. here, new(other, queued[4].Lane, 0, LabelSet.None)], (await Tasks.ListBacklogAsync(None)).ToHashSet());
        Assert.Equal(4, await Stores.Clusters.CountQueuedAsync(ClusterId, 100, None));
        Assert.Equal(2, await Stores.Clusters.CountQueuedAsync(ClusterId, 2, None));
    }

    [StoreFact]
    public async Task A_call_that_is_cancelled_before_it_begins_stores_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var task = New(Spec());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tasks.EnqueueAsync([task], cancelled.Token));

        Assert.Null(await Tasks.FindAsync(ProjectId, task.State.Id, None));
    }

    /// <summary>A time as rows keep it: whole milliseconds.</summary>
    private static DateTimeOffset Kept(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

public sealed class SqliteTaskEnqueueTests(SqliteFixture stores) : TaskEnqueueContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskEnqueueTests(PostgresFixture stores)
    : TaskEnqueueContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
