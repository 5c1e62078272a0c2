using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Postgres;

/// <summary>The hot statements walk indexes, whatever the statistics say about tables that are empty now and full later.</summary>
public sealed class PostgresQueryPlanTests(PostgresFixture stores)
    : StoreTestBase(stores), IClassFixture<PostgresFixture>, INeedsPostgres
{
    private const int Waiting = 20_000;
    private const int Batches = 30;
    private const int BatchSize = 20;
    private const string Empty = "{}";

    [StoreFact]
    public async Task Nothing_is_scanned_as_a_whole_when_the_statistics_say_that_all_is_empty()
    {
        await Stores.ExecuteAsync("ANALYZE");
        await FillAsync();

        await AssertIndexesAsync();
    }

    [StoreFact]
    public async Task Nothing_is_scanned_as_a_whole_when_the_statistics_are_right()
    {
        await FillAsync();
        await Stores.ExecuteAsync("ANALYZE");

        await AssertIndexesAsync();
    }

    [StoreFact]
    public async Task A_list_of_what_is_rare_does_not_walk_what_is_common()
    {
        await FillAsync();
        await Stores.ExecuteAsync("ANALYZE");
        Stores.Dispose();
        await AllGoneAsync();
        await Stores.ExecuteAsync("SELECT pg_stat_reset()");

        await using (var silo = Stores.OpenAnother())
        {
            var tasks = silo.GetRequiredService<ITaskStore>();
            var all = new TaskFilter { ProjectId = ProjectId };
            TaskFilter[] others = [all, all with { CodeName = "name of code" }, all with { ClusterId = ClusterId }, all with { Label = "x" }];
            foreach (var phase in Enum.GetValues<TaskPhase>().Where(phase => phase != TaskPhase.Queued))
            {
                foreach (var filter in others)
                {
                    Assert.Empty(await tasks.ListAsync(filter with { Phases = [phase] }, 0, 30, None));
                }
            }

            Assert.Equal(30, (await tasks.ListAsync(all, 0, 30, None)).Count);
        }

        await AllGoneAsync();
        Assert.Equal(0, await Stores.CountAsync("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'tasks'"));
        Assert.InRange(
            await Stores.CountAsync(
                "SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes WHERE indexrelname LIKE 'tasks\\_by\\_%'"),
            30,
            1000);
    }

    private async Task FillAsync()
    {
        var lane = (await QueueAsync(Spec()))[0].Lane;
        await Stores.ExecuteAsync($"""
            INSERT INTO tasks (
              id, project_id, lane, priority, label, schedule_id, spec, retry_count, created_at, updated_at, ready_key, payload)
            SELECT substr(md5(n::text), 1, 24), '{ProjectId}', {lane}, 0, '', '', '{Empty}', 0, 1, 1, nextval('ready_keys'), ''
            FROM generate_series(1, {Waiting}) n;
            INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
            SELECT lane, priority, ready_key, id, 0, 0, 60 FROM tasks WHERE id NOT IN (SELECT task_id FROM ready);
            """);
    }

    /// <summary>Works through some batches as a silo that has just started, and looks at what the database counted meanwhile.</summary>
    private async Task AssertIndexesAsync()
    {
        var session = await EnrolAsync();
        var head = (await CursorsAsync()).Single();
        Stores.Dispose();
        await AllGoneAsync();
        await Stores.ExecuteAsync("SELECT pg_stat_reset()");
        await using (var silo = Stores.OpenAnother())
        {
            await WorkAsync(silo.GetRequiredService<ITaskStore>(), session, head);
        }

        await AllGoneAsync();
        Assert.Equal(0, await Stores.CountAsync(
            "SELECT SUM(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('tasks', 'ready', 'leases', 'sessions')"));
        Assert.InRange(
            await Stores.CountAsync("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'ready_pkey'"),
            Batches * BatchSize,
            Batches * BatchSize * 5);
    }

    /// <summary>Waits until nobody is connected any more: what a connection did is counted by then.</summary>
    private async Task AllGoneAsync()
    {
        while (await Stores.CountAsync(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0)
        {
        }
    }

    private async Task WorkAsync(ITaskStore silo, string session, LaneCursor head)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            await silo.EnqueueAsync([New(Spec())], None);
            var claimed = await silo.ClaimAsync(new ClaimBatch([head], SlotsOf(session, BatchSize)), None);
            head = head with { After = claimed[^1].Key };
            var leases = claimed.Select(task => task.Fence).ToArray();
            await silo.ReadAssignmentsAsync(leases, None);
            await silo.RenewAsync([.. leases.Select(lease => new Renewal { Fence = lease, Phase = TaskPhase.Running })], None);
            var steps = await silo.FinishAsync([.. leases.Select(lease => Report(lease))], None);
            Assert.Equal(BatchSize, steps.Count(step => step.Error is null));
        }
    }
}
