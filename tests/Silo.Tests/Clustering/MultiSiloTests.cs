using System.Security.Cryptography;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>Control planes on PostgreSQL: one of them, and several on the same database.</summary>
public sealed class MultiSiloTests : IDisposable
{
    private readonly string _key = Path.GetTempFileName();

    public MultiSiloTests() => File.WriteAllText(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    public void Dispose() => File.Delete(_key);

    [PostgresFact(Timeout = 120_000)]
    public async Task One_silo_serves()
    {
        await using var silo = await StartAsync(await DatabaseAsync("one_silo"));
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var claim = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        var task = await tenant.QueueAsync("\"payload\":\"nul\\u0000\"");
        var order = Assert.Single((await claim).Tasks);
        await runner.FinishAsync(order.Lease, "complete", exitCode: 0);

        Assert.Equal("complete", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task One_without_an_address_for_others_is_alone_on_its_database()
    {
        var database = await DatabaseAsync("alone");
        await using (await StartAloneAsync(database))
        {
            var second = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAloneAsync(database));
            Assert.Contains("--silo", second.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database));
        }

        await using var later = await StartAsync(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAloneAsync(database));
    }

    [TwoSilosFact(Timeout = 180_000)]
    public async Task A_task_queued_at_one_silo_reaches_a_runner_that_waits_at_another()
    {
        var database = await DatabaseAsync("two_silos");
        await using var first = await StartAsync(database);
        await using var second = await StartAsync(database);
        var tenant = await first.NewTenantAsync();
        var there = tenant with { Api = new ApiClient(second.Address, tenant.Api.Token) };
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await there.EnrolAsync(cluster);
        var claim = runner.ClaimAsync();
        await second.WaitForPendingPollsAsync(1);

        var task = await tenant.QueueAsync();

        Assert.Equal(task, Assert.Single((await claim).Tasks).Lease.TaskId);

        // V2: what silos and Orleans inside them say to each other carries the stamp.
        var refused = first.Logs.All.Concat(second.Logs.All).Where(line => line.Contains("Rejected a gateway client's call", StringComparison.Ordinal));
        Assert.True(!refused.Any(), string.Join('\n', refused));
    }

    [TwoSilosFact(Timeout = 180_000)]
    public async Task When_one_silo_stops_the_other_goes_on()
    {
        var database = await DatabaseAsync("a_silo_stops");
        var first = await StartAsync(database);
        await using var second = await StartAsync(database);
        var tenant = await first.NewTenantAsync();
        var there = tenant with { Api = new ApiClient(second.Address, tenant.Api.Token) };
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await there.EnrolAsync(cluster);
        var before = await tenant.QueueAsync();
        Assert.Equal(before, (await runner.ClaimOneAsync()).Lease.TaskId);

        await first.DisposeAsync();
        var claim = runner.ClaimAsync();
        var after = await there.QueueAsync();

        Assert.Equal(after, Assert.Single((await claim).Tasks).Lease.TaskId);
    }

    private static async Task<string> DatabaseAsync(string name) =>
        await (await PostgresServer.Shared).CreateDatabaseAsync(name);

    private Task<TestSilo> StartAsync(string database) => TestSilo.StartAsync(database, _key);

    private Task<TestSilo> StartAloneAsync(string database) =>
        TestSilo.StartAsync(null, ("HYBRID_POSTGRES", database), ("HYBRID_SERVER_KEY_FILE", _key));
}
