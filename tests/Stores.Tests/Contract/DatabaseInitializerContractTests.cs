using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

public abstract class DatabaseInitializerContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    protected static int Newest => EmbeddedSql.Sqlite.Migrations[^1].Number;

    /// <summary>Sets the number of the newest migration that the database has seen.</summary>
    protected abstract string SchemaIs(int number);

    [StoreFact]
    public async Task Migrations_run_once_however_often_they_are_asked_for()
    {
        var task = (await QueueAsync(Spec()))[0];

        await Stores.Setup.MigrateAsync(None);
        await Stores.Setup.MigrateAsync(None);

        Assert.Equal(TaskPhase.Queued, (await FindAsync(task.Id)).Phase);
        await Stores.Setup.PingAsync(None);
    }

    [StoreFact]
    public async Task A_database_that_is_newer_than_the_program_is_refused()
    {
        await Stores.ExecuteAsync(SchemaIs(999));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Stores.Setup.MigrateAsync(None));

        Assert.Contains("schema 999", refused.Message, StringComparison.Ordinal);
        await Stores.ExecuteAsync(SchemaIs(Newest));
        await Stores.Setup.MigrateAsync(None);
    }

    [StoreFact]
    public async Task Another_server_key_is_refused()
    {
        var (key, other) = (Bytes(32), Bytes(32));

        await Stores.Setup.CheckServerKeyAsync(key, None);
        await Stores.Setup.CheckServerKeyAsync(key, None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Stores.Setup.CheckServerKeyAsync(other, None));
        await Stores.Setup.CheckServerKeyAsync(key, None);
    }
}

public sealed class SqliteDatabaseInitializerTests(SqliteFixture stores) : DatabaseInitializerContractTests(stores), IClassFixture<SqliteFixture>
{
    [StoreFact]
    public async Task F14_a_second_process_on_the_same_file_is_refused()
    {
        await using var second = stores.OpenAnother();

        var refused = Assert.Throws<InvalidOperationException>(second.GetRequiredService<IDatabaseInitializer>);

        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        await Stores.Setup.PingAsync(None);
    }

    [StoreFact]
    public async Task F14_what_was_acknowledged_is_on_disk_when_the_process_is_killed()
    {
        await QueueAsync([.. Enumerable.Repeat(Spec(), 50)]);
        var lease = await ClaimOneAsync(await EnrolAsync());

        await using var next = await StartAsync(LeftBehind("killed"));

        var tasks = next.GetRequiredService<ITaskStore>();
        Assert.Equal(50, (await tasks.ListAsync(new TaskFilter { ProjectId = ProjectId }, 0, 100, None)).Count);
        Assert.Equal(lease, (await tasks.FindAsync(ProjectId, lease.Task, None))!.State.Lease!.Fence);
        Assert.Equal(49, await next.GetRequiredService<IClusterStore>().CountQueuedAsync(ClusterId, 100, None));
    }

    [StoreFact]
    public async Task What_a_later_start_queues_stands_behind_what_an_earlier_one_did()
    {
        var session = await EnrolAsync();
        var file = LeftBehind("restarted");
        TaskToEnqueue[] tasks = [New(Spec()), New(Spec()), New(Spec())];
        foreach (var task in tasks)
        {
            await using var life = await StartAsync(file);
            await life.GetRequiredService<ITaskStore>().EnqueueAsync([task], None);
        }

        await using var last = await StartAsync(file);
        var store = last.GetRequiredService<ITaskStore>();
        var head = (await store.ListBacklogAsync(ClusterId, None)).Single();
        var claimed = await store.ClaimAsync(
            new ClaimBatch([new LaneCursor(head.Lane, head.Priority, 0)], SlotsOf(session, 3)), None);

        Assert.Equal(tasks.Select(task => task.State.Id), claimed.Select(task => task.Fence.Task));
    }

    protected override string SchemaIs(int number) => $"PRAGMA user_version = {number}";

    /// <summary>The files that a process leaves when it is killed now: as they stand, nothing closed.</summary>
    private string LeftBehind(string name)
    {
        var left = $"{stores.File}.{name}";
        File.Copy(stores.File, left);
        File.Copy($"{stores.File}-wal", $"{left}-wal");
        return left;
    }

    private static async Task<ServiceProvider> StartAsync(string file)
    {
        var services = SqliteFixture.Open(file);
        await services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(None);
        return services;
    }
}

public sealed class PostgresDatabaseInitializerTests(PostgresFixture stores)
    : DatabaseInitializerContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres
{
    [StoreFact]
    public async Task Several_silos_that_start_at_once_migrate_once()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("start");
        var silos = Enumerable.Range(0, 5).Select(_ => PostgresFixture.Open(database)).ToArray();

        await Task.WhenAll(silos.Select(silo => Task.Run(() => silo.GetRequiredService<IDatabaseInitializer>().MigrateAsync(None))));

        foreach (var silo in silos)
        {
            var setup = silo.GetRequiredService<IDatabaseInitializer>();
            await setup.PingAsync(None);
            Assert.StartsWith("PostgreSQL 1", setup.Description, StringComparison.Ordinal);
            await silo.DisposeAsync();
        }
    }

    [StoreFact]
    public async Task B12_Another_programs_database_is_refused_with_a_sentence_and_keeps_what_it_has()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("strange");
        await using var source = NpgsqlDataSource.Create(database);
        await using (var make = source.CreateCommand("CREATE TABLE users (a text)"))
        {
            await make.ExecuteNonQueryAsync();
        }

        await using var services = PostgresFixture.Open(database);
        var setup = services.GetRequiredService<IDatabaseInitializer>();
        Assert.False(await setup.IsInitializedAsync(None));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => setup.MigrateAsync(None));

        Assert.Contains("another program", refused.Message, StringComparison.Ordinal);
        Assert.False(await setup.IsInitializedAsync(None));
        await using var count = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(1L, await count.ExecuteScalarAsync());
    }

    [StoreFact]
    public async Task A_database_of_before_the_first_release_is_refused_and_keeps_what_it_has()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("before");
        await using var source = NpgsqlDataSource.Create(database);
        await using (var make = source.CreateCommand("CREATE TABLE migrations (number integer); CREATE VIEW task_states AS SELECT 1 AS id"))
        {
            await make.ExecuteNonQueryAsync();
        }

        await using var services = PostgresFixture.Open(database);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => services.GetRequiredService<IDatabaseInitializer>().MigrateAsync(None));

        Assert.Contains("before 0.1.0", refused.Message, StringComparison.Ordinal);
        await using var count = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(1L, await count.ExecuteScalarAsync());
    }

    [StoreFact]
    public async Task B12_A_connection_string_that_is_none_is_refused_with_a_sentence()
    {
        await using var services = PostgresFixture.Open("Host=db;Pasword=secret");

        var refused = Assert.Throws<InvalidOperationException>(services.GetRequiredService<IDatabaseInitializer>);

        Assert.Contains("connection string", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.True(await Stores.Setup.IsInitializedAsync(None));
    }

    protected override string SchemaIs(int number) => number == Newest
        ? $"DELETE FROM schema_migrations WHERE number > {Newest}"
        : $"INSERT INTO schema_migrations (number) VALUES ({number})";
}
