using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>How busy a cluster is, and how its runners are told to go.</summary>
public sealed class ClusterRunnerEndpointsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task L3_a_terminated_runner_hears_it_finishes_what_it_has_and_gets_no_more()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var other = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        var poll = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        var reply = await TerminateAsync(tenant, cluster, runner.Enrolled.SessionId);

        Assert.Equal(200, reply.Status);
        Assert.True((await poll).Drain);
        var beat = await runner.HeartbeatAsync(lease, "running");
        Assert.Equal((true, "renewed"), (beat.Drain, beat.Leases[0].Status));
        var id = await tenant.QueueAsync();
        var next = await runner.ClaimAsync();
        Assert.Equal((0, true), (next.Tasks.Length, next.Drain));
        Assert.Equal(id, (await other.ClaimOneAsync()).Lease.TaskId);
        Assert.Equal(["KILL", "LIVE"], (await TypesAsync(tenant, cluster)).Order());
        Assert.Equal(200, (await runner.FinishAsync(lease, "complete", exitCode: 0)).Status);
        await runner.ReleaseAsync(leaving: true);
        Assert.Equal(["LIVE"], await TypesAsync(tenant, cluster));
    }

    [Fact(Timeout = 30_000)]
    public async Task Instances_that_are_not_there_are_named_and_nothing_is_done()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var (_, _, foreign) = await BusyAsync();
        var (mine, theirs) = (runner.Enrolled.SessionId, foreign.Enrolled.SessionId);

        var reply = await TerminateAsync(tenant, cluster, mine, theirs, "nonsense");

        Assert.Equal(404, reply.Status);
        Assert.Equal($"Instance {theirs}, nonsense not found", reply.Msg);
        Assert.Equal(["LIVE"], await TypesAsync(tenant, cluster));
    }

    [Fact(Timeout = 30_000)]
    public async Task Several_are_terminated_at_once_and_again_without_harm()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var other = await tenant.EnrolAsync(cluster);
        string[] both = [runner.Enrolled.SessionId, other.Enrolled.SessionId, runner.Enrolled.SessionId];

        Assert.Equal(200, (await TerminateAsync(tenant, cluster, both)).Status);
        Assert.Equal(200, (await TerminateAsync(tenant, cluster, both)).Status);

        Assert.Equal(["KILL", "KILL"], await TypesAsync(tenant, cluster));
        var stats = (await tenant.Api.GetAsync($"/2/clusters/{cluster}/stats")).Ok().GetProperty("cluster");
        Assert.Equal(0, stats.GetProperty("runners_available").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_figures_tell_what_waits_and_its_moving_average_as_whole_numbers()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var entries = string.Join(',', Enumerable.Repeat("""{"code_name":"hello"}""", 100));
        (await tenant.PostTasksAsync($$"""{"tasks":[{{entries}}]}""")).Ok();

        // Either this look or one of the silo's own: the first counts as one interval.
        await silo.Get<IQueueAverageStore>().SampleAsync(QueueAverage.Interval, 1000, QueueAverage.Next, default);

        var stats = (await tenant.Api.GetAsync($"/2/clusters/{cluster}/stats")).Ok().GetProperty("cluster");
        Assert.Equal(100, stats.GetProperty("queued").GetInt32());
        Assert.InRange(stats.GetProperty("ewma").GetInt32(), 10, 20);
        Assert.Equal(QueueAverage.Beta, stats.GetProperty("ewma_beta").GetDouble());
        Assert.Equal(10, stats.GetProperty("runners_total").GetInt32());
        var instance = stats.GetProperty("instances")[0];
        Assert.Equal(runner.Enrolled.SessionId, instance.GetProperty("instance_id").GetString());
        Assert.Matches(@"^20.*\.\d{3}Z$", instance.GetProperty("updated_at").GetString()!);
    }

    private async Task<(Tenant Tenant, string Cluster, TestRunner Runner)> BusyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, cluster, await tenant.EnrolAsync(cluster));
    }

    private static Task<ApiResponse> TerminateAsync(Tenant tenant, string cluster, params string[] ids) => tenant.Api.PostAsync(
        $"/2/clusters/{cluster}/terminate",
        $$"""{"instance_ids":[{{string.Join(',', ids.Select(id => $"\"{id}\""))}}]}""");

    private static async Task<IReadOnlyList<string>> TypesAsync(Tenant tenant, string cluster) =>
        [.. (await tenant.Api.GetAsync($"/2/clusters/{cluster}/stats")).Ok().GetProperty("cluster").GetProperty("instances")
            .EnumerateArray().Select(instance => instance.GetProperty("type").GetString()!)];
}
