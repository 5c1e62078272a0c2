using System.Collections.Concurrent;
using Npgsql;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Postgres;

/// <summary>A server of one's own, to be stopped, killed and cut off under the stores' feet.</summary>
public sealed class PostgresOutageTests(DedicatedPostgresFixture stores)
    : StoreTestBase(stores), IClassFixture<DedicatedPostgresFixture>, INeedsPostgres
{
    [StoreFact]
    public async Task F9_while_the_server_is_away_every_call_says_so_and_when_it_is_back_all_works_again()
    {
        await QueueAsync(Spec(), Spec(), Spec());
        var session = await EnrolAsync();
        var lease = await ClaimOneAsync(session);
        var heads = await CursorsAsync();

        await stores.Server.StopAsync();
        foreach (var call in Calls(lease, session, heads))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(call);
        }

        await stores.Server.StartAsync();
        Assert.NotNull((await RenewAsync(lease)).ValidFor);
        foreach (var call in Calls(lease, session, heads))
        {
            await call();
        }
    }

    [StoreFact]
    public async Task I2_every_acknowledged_task_survives_a_kill_in_the_middle_of_the_work()
    {
        var acknowledged = new ConcurrentBag<TaskId>();
        var enough = new TaskCompletionSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                acknowledged.Add((await QueueAsync(Spec()))[0].Id);
                if (acknowledged.Count > 100)
                {
                    enough.TrySetResult();
                }
            }
        })).ToArray();

        await enough.Task;
        await stores.Server.KillAsync();
        foreach (var client in clients)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => client);
        }

        await stores.Server.StartAsync();
        var found = await Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 100_000, None);
        Assert.Empty(acknowledged.Except(found.Select(task => task.State.Id)));
        Assert.Equal(found.Count, await Stores.CountAsync("SELECT COUNT(*) FROM ready"));
    }

    [StoreFact]
    public async Task F10_connections_that_are_cut_are_replaced()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => QueueAsync(Spec())));

        await Stores.CountAsync(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        var failed = 0;
        while (failed < 3 && await FailsAsync(() => QueueAsync(Spec())))
        {
            failed++;
        }

        Assert.InRange(failed, 0, 1);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => QueueAsync(Spec())));
    }

    [StoreFact]
    public async Task F13_renewals_go_through_while_everything_else_is_stuck()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 40)]);
        var leases = (await ClaimAsync(await EnrolAsync(), 40)).Select(claimed => claimed.Fence).ToArray();
        await using var other = new NpgsqlConnection(stores.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var freeze = new NpgsqlCommand("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE", other);
        await freeze.ExecuteNonQueryAsync();

        var stuck = leases.Skip(1).Select(lease => FinishAsync(lease)).Cast<Task>()
            .Concat(Enumerable.Range(0, 60).Select(_ => Tasks.FindAsync(ProjectId, leases[0].Task, None))).ToArray();
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull((await RenewAsync(leases[0])).ValidFor);
        }

        Assert.DoesNotContain(stuck, task => task.IsCompleted);
        await transaction.RollbackAsync();
        await Task.WhenAll(stuck);
    }

    private Func<Task>[] Calls(LeaseFence lease, string session, LaneCursor[] heads) =>
    [
        () => Tasks.EnqueueAsync([New(Spec())], None),
        () => Tasks.ClaimAsync(new ClaimBatch(heads, [Slot(session)]), None),
        () => Tasks.RenewAsync([new Renewal { Fence = lease, Phase = TaskPhase.Running }], None),
        () => Tasks.FindClaimedAsync(session, "key", None),
        () => Tasks.ReadAssignmentsAsync([lease], None),
        () => Stores.Logs.AppendAsync([new LogAppend(lease, 0, new byte[] { 1 })], None),
        () => Stores.Logs.ReadAsync(lease.Task, 1, 0, None),
        () => Tasks.ReleaseAsync([lease], None),
        () => Tasks.FinishAsync([Report(lease)], None),
        () => Tasks.CancelAsync(ProjectId, [lease.Task], None),
        () => Tasks.ExpireLeasesAsync(10, None),
        () => Tasks.PromoteDelayedAsync(10, None),
        () => Tasks.ExtendLeasesAsync(None),
        () => Tasks.ListBacklogAsync(None),
        () => Tasks.FindAsync(ProjectId, lease.Task, None),
        () => Tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 10, None),
        () => Stores.Runners.FindAsync(session, None),
        () => Stores.Projects.ListUsersAsync(None),
        () => Stores.Setup.PingAsync(None),
    ];

    private static async Task<bool> FailsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }
}
