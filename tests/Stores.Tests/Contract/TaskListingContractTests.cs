using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskListingContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task I9_a_task_is_found_in_its_own_project_only()
    {
        var task = (await QueueAsync(Spec()))[0];
        var stranger = await AddProjectAsync();

        Assert.NotNull(await Tasks.FindAsync(ProjectId, task.Id, None));
        Assert.Null(await Tasks.FindAsync(stranger, task.Id, None));
        Assert.Null(await Tasks.FindAsync(ProjectId, NextTask(), None));
        Assert.Empty(await ListAsync(new TaskFilter { ProjectId = stranger }));
    }

    [StoreFact]
    public async Task A_list_comes_page_by_page_newest_first()
    {
        var queued = (await QueueAsync([.. Enumerable.Repeat(Spec(), 25)])).Select(task => task.Id).ToArray();
        var filter = new TaskFilter { ProjectId = ProjectId };

        var pages = new List<TaskId>();
        for (var page = 0; page < 4; page++)
        {
            pages.AddRange((await Tasks.ListAsync(filter, page, 10, None)).Select(task => task.State.Id));
        }

        Assert.Equal(queued.OrderByDescending(id => id.Value, StringComparer.Ordinal), pages);
    }

    [StoreFact]
    public async Task A_list_goes_on_where_a_page_ended_whatever_was_queued_since()
    {
        var queued = (await QueueAsync([.. Enumerable.Repeat(Spec(), 5)])).Select(task => task.Id)
            .OrderByDescending(id => id.Value, StringComparer.Ordinal).ToArray();
        var filter = new TaskFilter { ProjectId = ProjectId };
        var first = await Tasks.ListAsync(filter, 0, 2, None);
        var later = TaskId.New(Now.AddSeconds(1), 0);
        await Tasks.EnqueueAsync([new TaskToEnqueue(TaskStateMachine.Enqueue(later, Spec(), Now).State, [])], None);

        var rest = await Tasks.ListAsync(filter with { Before = first[^1].State.Id }, 0, 10, None);

        Assert.Equal(queued[..2], first.Select(task => task.State.Id));
        Assert.Equal(queued[2..], rest.Select(task => task.State.Id));
    }

    [StoreFact]
    public async Task Each_phase_is_listed_by_what_the_task_is_now()
    {
        var queued = await QueueAsync([.. Enumerable.Range(0, 8).Select(i => Spec() with { Label = $"{i}" })]);
        var leases = (await ClaimAsync(await EnrolAsync(), 7)).Select(claimed => claimed.Fence).ToArray();
        await RenewAsync(leases[1], TaskPhase.Preparing);
        await RenewAsync(leases[2], TaskPhase.Running);
        await FinishAsync(leases[3]);
        await FinishAsync(leases[4], TaskPhase.Error, "broke");
        await FinishAsync(leases[5], TaskPhase.Timeout, "slow");
        await RenewAsync(leases[6], TaskPhase.Running);
        await CancelAsync(leases[6].Task);

        Assert.Equal(["0", "7"], await LabelsAsync(TaskPhase.Queued));
        Assert.Equal(["1"], await LabelsAsync(TaskPhase.Preparing));
        Assert.Equal(["2"], await LabelsAsync(TaskPhase.Running));
        Assert.Equal(["3"], await LabelsAsync(TaskPhase.Complete));
        Assert.Equal(["4", "5"], await LabelsAsync(TaskPhase.Error, TaskPhase.Timeout));
        Assert.Equal(["2", "6"], await LabelsAsync(TaskPhase.Cancelled, TaskPhase.Running));
        Assert.Equal(["0", "6", "7"], await LabelsAsync(TaskPhase.Cancelled, TaskPhase.Queued));
        Assert.Equal(8, queued.Length);
    }

    [StoreFact]
    public async Task Every_filter_narrows_and_all_hold_together()
    {
        var other = await AddClusterAsync();
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);
        TaskSpec[] specs =
        [
            Spec("a") with { Label = "x" }, Spec("b") with { Label = "x" }, Spec("a") with { Label = "y" },
            Spec("a") with { Label = "x", ClusterId = other },
        ];
        await Tasks.EnqueueAsync(
            [.. specs.Select((spec, i) => new TaskToEnqueue(TaskStateMachine.Enqueue(TaskId.New(start.AddSeconds(i), 0), spec, start.AddSeconds(i)).State, [(byte)i]))],
            None);
        var all = new TaskFilter { ProjectId = ProjectId };

        Assert.Equal([0, 2, 3], await PayloadsAsync(all with { CodeName = "name of a" }));
        Assert.Equal([0, 1, 3], await PayloadsAsync(all with { Label = "x" }));
        Assert.Equal([3], await PayloadsAsync(all with { ClusterId = other }));
        Assert.Equal([1, 2, 3], await PayloadsAsync(all with { From = start.AddSeconds(1) }));
        Assert.Equal([0, 1], await PayloadsAsync(all with { To = start.AddSeconds(1) }));
        Assert.Equal([0], await PayloadsAsync(all with
        {
            CodeName = "name of a",
            Label = "x",
            ClusterId = ClusterId,
            Phases = [TaskPhase.Queued],
            From = start,
            To = start.AddSeconds(9),
        }));
        Assert.Empty(await PayloadsAsync(all with { Label = "x' OR '1' = '1" }));
    }

    [StoreFact]
    public async Task Any_filters_together_give_what_a_look_at_every_task_gives()
    {
        string[] clusters = [ClusterId, await AddClusterAsync()];
        await QueueAsync([.. Enumerable.Range(0, 60).Select(i => Spec($"{i % 3}") with
        {
            ClusterId = clusters[i / 3 % 2],
            Label = i / 6 % 3 == 0 ? "" : $"l{i / 6 % 3}",
        })]);
        var leases = (await ClaimAsync(await EnrolAsync(), 25)).Select(claimed => claimed.Fence).ToArray();
        for (var i = 0; i < leases.Length; i++)
        {
            await BringToAsync(leases[i], (TaskPhase)(i % 7));
        }

        var all = await ListAsync(new TaskFilter { ProjectId = ProjectId });
        for (var mask = 0; mask < 128; mask++)
        {
            for (var other = mask % 5; other < 27; other += 5)
            {
                var filter = new TaskFilter
                {
                    ProjectId = ProjectId,
                    Phases = [.. Enum.GetValues<TaskPhase>().Where(phase => ((mask >> (int)phase) & 1) == 1)],
                    CodeName = other % 3 == 0 ? null : $"name of {other % 3}",
                    ClusterId = other / 3 % 3 == 0 ? null : clusters[(other / 3 % 3) - 1],
                    Label = other / 9 == 0 ? null : $"l{other / 9}",
                };

                Assert.Equal(all.Where(task => Fits(task.State, filter)).Select(IdOf), (await ListAsync(filter)).Select(IdOf));
            }
        }
    }

    [StoreFact]
    public async Task I9_a_cluster_s_list_has_the_tasks_of_one_user_s_projects()
    {
        var (second, stranger) = (await AddProjectAsync(), await AddProjectAsync(await AddUserAsync()));
        await QueueAsync(
            Spec("a") with { Label = "x" },
            Spec("b") with { ProjectId = second, Label = "x" },
            Spec("b") with { ProjectId = second, Label = "y" },
            Spec("c") with { ProjectId = stranger, Label = "x" },
            Spec("a") with { ClusterId = await AddClusterAsync() });
        await RenewAsync(await ClaimOneAsync(await EnrolAsync()), TaskPhase.Running);
        var all = new TaskFilter { UserId = UserId, ClusterId = ClusterId };

        Assert.Equal(3, (await ListAsync(all)).Count);
        Assert.Equal(2, (await ListAsync(all with { Label = "x" })).Count);
        Assert.Equal(2, (await ListAsync(all with { CodeName = "name of b" })).Count);
        Assert.Single(await ListAsync(all with { Phases = [TaskPhase.Running] }));
        Assert.Single(await ListAsync(all with { Phases = [TaskPhase.Running], Label = "x" }));
        Assert.Equal(2, (await ListAsync(all with { Phases = [TaskPhase.Queued] })).Count);
    }

    private static TaskId IdOf(StoredTask task) => task.State.Id;

    private static bool Fits(TaskState task, TaskFilter filter) =>
        (filter.Phases.Count == 0 || filter.Phases.Contains(task.Phase))
        && (filter.CodeName ?? task.Spec.CodeName) == task.Spec.CodeName
        && (filter.ClusterId ?? task.Spec.ClusterId) == task.Spec.ClusterId
        && (filter.Label ?? task.Spec.Label) == task.Spec.Label;

    private async Task BringToAsync(LeaseFence lease, TaskPhase phase)
    {
        if (phase is TaskPhase.Preparing or TaskPhase.Running)
        {
            await RenewAsync(lease, phase);
        }
        else if (phase == TaskPhase.Cancelled)
        {
            await CancelAsync(lease.Task);
        }
        else if (phase != TaskPhase.Queued)
        {
            await FinishAsync(lease, phase, "over");
        }
    }

    private async Task<string[]> LabelsAsync(params TaskPhase[] phases) =>
        [.. (await ListAsync(new TaskFilter { ProjectId = ProjectId, Phases = phases })).Select(task => task.State.Spec.Label).Order()];

    private async Task<byte[]> PayloadsAsync(TaskFilter filter) =>
        [.. (await ListAsync(filter)).Select(task => task.Payload.Single()).Order()];

    private Task<IReadOnlyList<StoredTask>> ListAsync(TaskFilter filter) => Tasks.ListAsync(filter, 0, 100, None);
}

public sealed class SqliteTaskListingTests(SqliteFixture stores) : TaskListingContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskListingTests(PostgresFixture stores)
    : TaskListingContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
