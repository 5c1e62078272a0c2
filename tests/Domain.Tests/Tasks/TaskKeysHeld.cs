using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Which task an entry with keys leads to.</summary>
public sealed class TaskKeysHeld
{
    private static readonly TaskKey Same = new(TaskKeyKind.Idempotency, "same");
    private static readonly TaskKey Unique = new(TaskKeyKind.Unique, "unique");

    [Fact]
    public void A_key_that_is_free_is_taken_and_counts_for_the_entries_that_follow()
    {
        var (tasks, taken) = TaskKeys.Settle([Entry('a', Same), Entry('b', Same), Entry('c')], new Dictionary<TaskKey, TaskId>());

        Assert.Equal([Id('a'), Id('a'), Id('c')], tasks);
        Assert.Equal([KeyValuePair.Create(Same, Id('a'))], taken);
    }

    [Fact]
    public void The_first_key_that_is_held_decides_and_the_free_ones_go_to_the_same_task()
    {
        var holders = new Dictionary<TaskKey, TaskId> { [Unique] = Id('f') };

        var (tasks, taken) = TaskKeys.Settle([Entry('a', Same, Unique), Entry('b', Same)], holders);

        Assert.Equal([Id('f'), Id('f')], tasks);
        Assert.Equal([KeyValuePair.Create(Same, Id('f'))], taken);
    }

    private static TaskId Id(char digit) => new(new string(digit, 24));

    private static KeyedTask Entry(char digit, params TaskKey[] keys)
    {
        var spec = new TaskSpec { ProjectId = "p", ClusterId = "c", CodeId = "k", CodeRev = 1, CodeName = "code" };
        return new KeyedTask(new NewTask(TaskMachine.Queue(Id(digit), spec, DateTimeOffset.UnixEpoch).State, []), keys);
    }
}
