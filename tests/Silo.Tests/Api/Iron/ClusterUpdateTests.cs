using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Clusters after their creation: changed, and deleted.</summary>
public sealed class ClusterUpdateTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task An_update_changes_what_it_names_and_holds_for_what_comes_then()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync("""{"name":"site","memory":134217728,"cpu_share":7}""");
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var before = await tenant.QueueAsync("\"cluster\":\"site\"");
        Assert.Equal(134_217_728, (await runner.ClaimOneAsync()).MemoryBytes);

        var reply = await PutAsync(
            tenant, cluster, """{"name":"yard","memory":268435456,"disk":1073741824,"max_timeout":90,"oauth":"x"}""");

        Assert.Equal("Cluster updated", reply.Ok().GetProperty("msg").GetString());
        var shown = (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster");
        Assert.Equal("yard", shown.GetProperty("name").GetString());
        Assert.Equal(1_073_741_824, shown.GetProperty("disk_space").GetInt64());
        Assert.Equal(7, shown.GetProperty("cpu_share").GetInt32());
        var after = await tenant.QueueAsync("\"cluster\":\"yard\"");
        Assert.Equal(268_435_456, (await runner.ClaimOneAsync()).MemoryBytes);
        Assert.Equal(3600, (await tenant.TaskAsync(before)).GetProperty("timeout").GetInt32());
        Assert.Equal(90, (await tenant.TaskAsync(after)).GetProperty("timeout").GetInt32());
        Assert.Equal(404, (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello","cluster":"site"}]}""")).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"name":"","memory":0,"disk_space":null,"autoscale":null}""")]
    [InlineData("""{"autoscale":{},"unknown":[1]}""")]
    public async Task An_update_that_names_nothing_changes_nothing(string body)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync("""{"name":"site","memory":134217728,"cpu_share":7}""");
        var before = (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Body;

        Assert.Equal(200, (await PutAsync(tenant, cluster, body)).Status);

        Assert.Equal(before, (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_share_of_the_processors_can_be_given_back()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync("""{"name":"site","cpu_share":7}""");

        (await PutAsync(tenant, cluster, """{"cpu_share":0}""")).Ok();

        var shown = (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster");
        Assert.Equal(0, shown.GetProperty("cpu_share").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_deleted_cluster_is_gone_with_its_tokens_and_runners()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var cluster = Only(await tenant.Api.GetAsync("/2/clusters"));
        var (token, runner) = (await tenant.ClusterTokenAsync(cluster), await tenant.EnrolAsync(cluster));
        var poll = runner.Api.PostAsync("/runner/v1/claim", """{"claim_key":"00112233445566778899aabbccddeeff","wanted":1}""");
        await silo.WaitForPendingPollsAsync(1);

        var reply = await DeleteAsync(tenant, cluster);

        Assert.Equal("Cluster deleted", reply.Ok().GetProperty("msg").GetString());
        Assert.Equal(401, (await poll).Status);
        Assert.Equal(401, (await runner.Api.PostAsync("/runner/v1/heartbeat", """{"leases":[]}""")).Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestRunner.EnrolAsync(tenant.Api, cluster, token, 1));
        Assert.Equal(404, (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Status);
        Assert.Equal(404, (await DeleteAsync(tenant, cluster)).Status);
        Assert.Equal(400, (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""")).Status);

        var next = await tenant.NewClusterAsync();
        Assert.Equal(next, (await tenant.TaskAsync(await tenant.QueueAsync())).GetProperty("cluster").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task I2_a_cluster_with_work_is_not_deleted()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var id = await tenant.QueueAsync();

        var waiting = await DeleteAsync(tenant, cluster);
        var order = await runner.ClaimOneAsync();
        var running = await DeleteAsync(tenant, cluster);
        await runner.FinishAsync(order.Lease, "complete", exitCode: 0);

        Assert.Equal((400, 400), (waiting.Status, running.Status));
        Assert.Contains("tasks that wait or run", waiting.Msg, StringComparison.Ordinal);
        (await DeleteAsync(tenant, cluster)).Ok();
        Assert.Equal(cluster, (await tenant.TaskAsync(id)).GetProperty("cluster").GetString());
        var again = await tenant.Api.PostAsync($"{tenant.Project}/tasks/{id}/retry", "{}");
        Assert.Equal(400, again.Status);
        Assert.Contains("cluster no longer exists", again.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tasks_queued_while_a_cluster_is_deleted_are_cancelled()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var cluster = Only(await tenant.Api.GetAsync("/2/clusters"));
        await tenant.QueueAsync("\"delay\":1");

        // As another silo would, which has not heard of the deletion yet.
        await silo.Get<ITaskStore>().CancelAsync(
            tenant.ProjectId, [.. (await tenant.ListAsync()).Select(id => new TaskId(id))], default);
        await silo.Get<IClusterStore>().DeleteAsync(cluster, default);
        var id = await tenant.QueueAsync();

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await tenant.TaskAsync(id)).GetProperty("status").GetString() != "cancelled")
        {
            await look.WaitForNextTickAsync();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_number_of_clusters_has_a_limit()
    {
        await using var own = await TestSilo.StartAsync(builder => builder.Services.Configure<ApiOptions>(api => api.MaxClusters = 2));
        var (tenant, other) = (await own.NewTenantAsync(), await own.NewTenantAsync());
        await tenant.NewClusterAsync();
        var second = await tenant.NewClusterAsync();

        var third = await tenant.Api.PostAsync("/2/clusters", """{"name":"third"}""");

        Assert.Equal(403, third.Status);
        Assert.Contains("2 clusters", third.Msg, StringComparison.Ordinal);
        await other.NewClusterAsync();
        (await DeleteAsync(tenant, second)).Ok();
        await tenant.NewClusterAsync();
    }

    private static string Only(ApiResponse clusters) =>
        Assert.Single(clusters.Ok().GetProperty("clusters").EnumerateArray()).GetProperty("id").GetString()!;

    private static Task<ApiResponse> PutAsync(Tenant tenant, string cluster, string body) => tenant.Api.SendAsync(
        HttpMethod.Put, $"/2/clusters/{cluster}", ApiClient.Body(System.Text.Encoding.UTF8.GetBytes(body), "application/json"));

    private static Task<ApiResponse> DeleteAsync(Tenant tenant, string cluster) => tenant.Api.SendAsync(
        HttpMethod.Delete, $"/2/clusters/{cluster}", ApiClient.Body("{}"u8.ToArray(), "application/x-www-form-urlencoded"));
}
