using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskDeduplicationContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task An_idempotency_key_leads_to_the_first_task_whatever_became_of_it()
    {
        var first = await OnceAsync(Idempotent("a"));
        await FinishAsync(await ClaimOneAsync(await EnrolAsync()));

        var again = await OnceAsync(Idempotent("a"));
        var other = await OnceAsync(Idempotent("b"));

        Assert.NotNull(first.New);
        Assert.Equal((first.Id, null), (again.Id, again.New));
        Assert.NotNull(other.New);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [StoreFact]
    public async Task An_idempotency_key_is_free_again_after_a_day_and_forgotten()
    {
        var first = await OnceAsync(Idempotent("a"));
        await Stores.ExecuteAsync($"UPDATE task_keys SET created_at = created_at - {DeduplicationKey.IdempotencyWindow.TotalMilliseconds}");
        var second = await OnceAsync(Idempotent("a"));
        await Stores.ExecuteAsync($"UPDATE task_keys SET created_at = created_at - {DeduplicationKey.IdempotencyWindow.TotalMilliseconds}");

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(1, await KeysAsync());
        Assert.InRange(await Tasks.PurgeExpiredKeysAsync(1000, None), 1, 999);
        Assert.Equal(0, await KeysAsync());
    }

    [StoreFact]
    public async Task A_unique_key_is_held_while_its_task_waits_and_no_longer()
    {
        var first = await OnceAsync(Unique("a"));
        var waiting = await OnceAsync(Unique("a"));
        var lease = await ClaimOneAsync(await EnrolAsync());
        var running = await OnceAsync(Unique("a"));
        await Tasks.ReleaseAsync([lease], None);
        var delayed = await OnceAsync(Unique("b") with
        {
            Task = new TaskToEnqueue(TaskStateMachine.Enqueue(NextTask(), Spec() with { DelaySeconds = 60 }, Now).State, []),
        });
        var alsoDelayed = await OnceAsync(Unique("b"));

        Assert.Equal((first.Id, null), (waiting.Id, waiting.New));
        Assert.NotNull(running.New);
        Assert.Equal((delayed.Id, null), (alsoDelayed.Id, alsoDelayed.New));
    }

    [StoreFact]
    public async Task A_waiting_task_s_unique_key_is_not_forgotten_however_old()
    {
        var first = await OnceAsync(Unique("a"));
        await Stores.ExecuteAsync("UPDATE task_keys SET created_at = 1");

        await Tasks.PurgeExpiredKeysAsync(1000, None);
        Assert.Equal(1, await KeysAsync());
        Assert.Equal(first.Id, (await OnceAsync(Unique("a"))).Id);
    }

    [StoreFact]
    public async Task Keys_of_one_call_count_among_each_other_and_tasks_without_are_queued_each()
    {
        var queued = await Tasks.EnqueueUniqueAsync(
            [Idempotent("a"), Unique("a"), Idempotent("a"), Keyed(), Keyed(), Keyed(new(DeduplicationKeyKind.Unique, "a"), new(DeduplicationKeyKind.Idempotency, "c"))],
            None);
        var later = await OnceAsync(Idempotent("c"));

        Assert.Equal([true, true, false, true, true, false], queued.Select(task => task.New is not null));
        Assert.Equal(queued[0].Id, queued[2].Id);
        Assert.Equal([queued[1].Id, queued[1].Id], [queued[5].Id, later.Id]);
        Assert.Equal(4, (await ListAsync()).Count);
    }

    [StoreFact]
    public async Task I9_keys_are_a_project_s_own()
    {
        var mine = await OnceAsync(Idempotent("a"));
        var stranger = await AddProjectAsync();
        var theirs = await OnceAsync(Idempotent("a") with
        {
            Task = new TaskToEnqueue(TaskStateMachine.Enqueue(NextTask(), Spec() with { ProjectId = stranger }, Now).State, []),
        });

        Assert.NotEqual(mine.Id, theirs.Id);
    }

    [StoreFact]
    public async Task Of_requests_that_meet_one_queues_and_all_hear_of_its_task()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"k{round}";
            var (first, second) = await RunConcurrentlyAsync(
                () => Tasks.EnqueueUniqueAsync([Unique(key), Idempotent(key)], None),
                () => Tasks.EnqueueUniqueAsync([Idempotent(key), Unique(key)], None));

            Assert.Equal(first[0].Id, second[1].Id);
            Assert.Equal(first[1].Id, second[0].Id);
        }

        Assert.Equal(40, (await ListAsync()).Count);
    }

    private DeduplicatedTask Idempotent(string key) => Keyed(new DeduplicationKey(DeduplicationKeyKind.Idempotency, key));

    private DeduplicatedTask Unique(string key) => Keyed(new DeduplicationKey(DeduplicationKeyKind.Unique, key));

    private DeduplicatedTask Keyed(params DeduplicationKey[] keys) => new(New(Spec()), keys);

    private Task<long> KeysAsync() => Stores.CountAsync($"SELECT COUNT(*) FROM task_keys WHERE project_id = '{ProjectId}'");

    private async Task<QueuedTask> OnceAsync(DeduplicatedTask task) => (await Tasks.EnqueueUniqueAsync([task], None)).Single();

    private Task<IReadOnlyList<StoredTask>> ListAsync() =>
        Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 100, None);
}

public sealed class SqliteTaskDeduplicationTests(SqliteFixture stores) : TaskDeduplicationContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskDeduplicationTests(PostgresFixture stores)
    : TaskDeduplicationContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
