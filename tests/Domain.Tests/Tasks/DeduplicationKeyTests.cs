using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Which task an entry with keys leads to.</summary>
public sealed class DeduplicationKeyTests
{
    private static readonly DeduplicationKey Same = new(DeduplicationKeyKind.Idempotency, "same");
    private static readonly DeduplicationKey Unique = new(DeduplicationKeyKind.Unique, "unique");

    [Fact]
    public void A_key_that_is_free_is_taken_and_counts_for_the_entries_that_follow()
    {
        var (tasks, taken) = DeduplicationKeys.Resolve([Entry('a', Same), Entry('b', Same), Entry('c')], new Dictionary<DeduplicationKey, TaskId>());

        Assert.Equal([Id('a'), Id('a'), Id('c')], tasks);
        Assert.Equal([KeyValuePair.Create(Same, Id('a'))], taken);
    }

    [Fact]
    public void The_first_key_that_is_held_decides_and_the_free_ones_go_to_the_same_task()
    {
        var holders = new Dictionary<DeduplicationKey, TaskId> { [Unique] = Id('f') };

        var (tasks, taken) = DeduplicationKeys.Resolve([Entry('a', Same, Unique), Entry('b', Same)], holders);

        Assert.Equal([Id('f'), Id('f')], tasks);
        Assert.Equal([KeyValuePair.Create(Same, Id('f'))], taken);
    }

    private static TaskId Id(char digit) => new(new string(digit, 24));

    private static DeduplicatedTask Entry(char digit, params DeduplicationKey[] keys)
    {
        var spec = new TaskSpec { ProjectId = "p", ClusterId = "c", CodeId = "k", CodeRev = 1, CodeName = "code" };
        return new DeduplicatedTask(new TaskToEnqueue(TaskStateMachine.Enqueue(Id(digit), spec, DateTimeOffset.UnixEpoch).State, []), keys);
    }
}
