using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class TaskProgressContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task Progress_is_noted_while_a_task_runs_and_only_what_is_new_of_it()
    {
        var task = (await QueueAsync(Spec()))[0];
        var lease = await ClaimOneAsync(await EnrolAsync());
        var early = await Tasks.UpdateProgressAsync(ProjectId, task.Id, 5, "early", None);
        var claimed = await FindAsync(task.Id);
        await RenewAsync(lease, TaskPhase.Running);

        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 40, "page 4", None);
        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 50, null, None);
        var running = await FindAsync(task.Id);
        await FinishAsync(lease, TaskPhase.Error, "exit code 3");
        var late = await Tasks.UpdateProgressAsync(ProjectId, task.Id, 99, "late", None);

        Assert.True(early && late);
        Assert.Equal((5, "early"), (claimed.Percent, claimed.Message));
        Assert.Equal((50, "page 4"), (running.Percent, running.Message));
        var ended = await FindAsync(task.Id);
        Assert.Equal((50, "exit code 3: page 4"), (ended.Percent, ended.Message));
    }

    [StoreFact]
    public async Task C3_progress_of_a_task_that_waits_is_noted_and_stays_until_it_ends()
    {
        var task = (await QueueAsync(Spec() with { DelaySeconds = 3600 }))[0];
        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 30, "soon", None);
        var delayed = await FindAsync(task.Id);
        await Stores.ExecuteAsync("UPDATE delayed SET due_at = 1");
        await Tasks.PromoteDelayedAsync(10, None);
        var waiting = await FindAsync(task.Id);
        var lease = await ClaimOneAsync(await EnrolAsync());
        await RenewAsync(lease, TaskPhase.Preparing);
        var preparing = await FindAsync(task.Id);
        await FinishAsync(lease);

        Assert.Equal((30, "soon"), (delayed.Percent, delayed.Message));
        Assert.Equal((30, "soon"), (waiting.Percent, waiting.Message));
        Assert.Equal((TaskPhase.Preparing, 30, "soon"), (preparing.Phase, preparing.Percent, preparing.Message));
        Assert.Equal((30, "soon"), ((await FindAsync(task.Id)).Percent, (await FindAsync(task.Id)).Message));
    }

    [StoreFact]
    public async Task C3_progress_can_go_back_to_nothing_and_another_attempt_begins_so()
    {
        var task = (await QueueAsync(Spec()))[0];
        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 30, "soon", None);
        var session = await EnrolAsync();
        var lease = await ClaimOneAsync(session);
        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 0, "", None);
        var nothing = await FindAsync(task.Id);
        await Tasks.UpdateProgressAsync(ProjectId, task.Id, 60, "further", None);
        await Tasks.ReleaseAsync([lease], None);

        Assert.Equal((0, ""), (nothing.Percent, nothing.Message));
        Assert.Equal((0, ""), ((await FindAsync(task.Id)).Percent, (await FindAsync(task.Id)).Message));
        await ClaimOneAsync(session);
        Assert.Equal((0, ""), ((await FindAsync(task.Id)).Percent, (await FindAsync(task.Id)).Message));
    }

    [StoreFact]
    public async Task I9_progress_of_another_s_task_is_not_noted()
    {
        var task = (await QueueAsync(Spec()))[0];
        await RenewAsync(await ClaimOneAsync(await EnrolAsync()), TaskPhase.Running);

        Assert.False(await Tasks.UpdateProgressAsync(await AddProjectAsync(), task.Id, 40, "mine", None));
        Assert.Equal((0, ""), ((await FindAsync(task.Id)).Percent, (await FindAsync(task.Id)).Message));
    }

    [StoreFact]
    public async Task What_has_ended_is_deleted_and_nothing_else()
    {
        var queued = await QueueAsync(Spec(), Spec(), Spec());
        var session = await EnrolAsync();
        var (first, second) = (await ClaimOneAsync(session), await ClaimOneAsync(session));
        await FinishAsync(first);
        await RenewAsync(second, TaskPhase.Running);
        await CancelAsync(second.Task);

        await Tasks.DeleteAsync(await AddProjectAsync(), first.Task, None);
        Assert.NotNull(await Tasks.FindAsync(ProjectId, first.Task, None));

        foreach (var task in queued)
        {
            await Tasks.DeleteAsync(ProjectId, task.Id, None);
        }

        var left = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 10, None);
        Assert.Equal(
            [TaskPhase.Queued, TaskPhase.Cancelled], left.Select(task => task.State.Phase).Order());
        Assert.DoesNotContain(first.Task, left.Select(task => task.State.Id));
        Assert.Equal(0, await CountRowsAsync("task_events", first.Task));
    }
}

public sealed class SqliteTaskProgressTests(SqliteFixture stores) : TaskProgressContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresTaskProgressTests(PostgresFixture stores)
    : TaskProgressContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
