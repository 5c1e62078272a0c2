using System.Text;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>The rights of users with whom a cluster is shared: to queue to it and see its state, and nothing else.</summary>
public sealed class ClusterSharingTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static int _addresses;

    /// <summary>Every call about one cluster: what its owner, and whom it is shared with, are answered.</summary>
    public static TheoryData<string, string, string, int, int> Calls() => new()
    {
        { "GET", "", "", 200, 200 },
        { "GET", "/stats", "", 200, 200 },
        { "GET", "/tasks", "", 200, 200 },
        { "GET", "/credentials", "", 200, 404 },
        { "GET", "/tokens", "", 200, 404 },
        { "POST", "/tokens", "", 200, 404 },
        { "DELETE", "/tokens/{token}", "", 200, 404 },
        { "PUT", "", """{"name":"taken"}""", 200, 404 },
        { "DELETE", "", "{}", 200, 404 },
        { "POST", "/share", """{"email":"{stranger}"}""", 200, 404 },
        { "POST", "/unshare/{friend}", "", 200, 404 },
        { "POST", "/terminate", """{"instance_ids":["{instance}"]}""", 200, 404 },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Calls))]
    public async Task S4_each_call_is_open_to_whom_it_is_for(string method, string path, string body, int owners, int friends)
    {
        var (owner, friend, cluster, _) = await SharedAsync();
        var address = Address();
        var stranger = await silo.NewTenantAsync(address);
        (await owner.Api.PostAsync($"/2/clusters/{cluster}/tokens", "")).Ok();
        var token = (await owner.Api.GetAsync($"/2/clusters/{cluster}/tokens")).Ok().GetProperty("tokens")[1].GetProperty("id");
        var instance = (await owner.EnrolAsync(cluster)).Enrolled.SessionId;

        var none = await CallAsync(owner.Api.WithToken(null));
        var strangers = await CallAsync(stranger.Api);
        var shared = await CallAsync(friend.Api);
        var own = await CallAsync(owner.Api);

        Assert.Equal((401, 404, friends, owners), (none.Status, strangers.Status, shared.Status, own.Status));
        if (friends == 404)
        {
            Assert.Equal(strangers.Body, shared.Body);
        }

        Task<ApiResponse> CallAsync(ApiClient api) => api.SendAsync(
            new HttpMethod(method),
            $"/2/clusters/{cluster}{Fill(path)}",
            ApiClient.Body(Encoding.UTF8.GetBytes(Fill(body)), "application/json"));

        string Fill(string text) => text.Replace("{token}", token.GetString()).Replace("{friend}", friend.UserId)
            .Replace("{stranger}", address).Replace("{instance}", instance);
    }

    [Fact(Timeout = 30_000)]
    public async Task T3_a_shared_cluster_takes_tasks_by_id_and_by_name()
    {
        var (owner, friend, cluster, _) = await SharedAsync();
        await friend.UploadAsync();
        var runner = await owner.EnrolAsync(cluster);

        var byName = await friend.QueueAsync("\"cluster\":\"site\"");
        var byId = await friend.QueueAsync($"\"cluster\":\"{cluster}\"");

        Assert.Equal(byName, (await runner.ClaimOneAsync()).Lease.TaskId);
        Assert.Equal(byId, (await runner.ClaimOneAsync()).Lease.TaskId);
        Assert.Equal([byId, byName], await friend.ListAsync("cluster=site"));
        Assert.Equal(2, await CountAsync(friend));
        Assert.Equal(0, await CountAsync(owner));
        Assert.Empty(await owner.ListAsync());
        Assert.Equal(404, (await owner.Api.GetAsync($"{owner.Project}/tasks/{byId}")).Status);

        async Task<int> CountAsync(Tenant tenant) =>
            (await tenant.Api.GetAsync($"/2/clusters/{cluster}/tasks?queued=1")).Ok().GetProperty("tasks").GetArrayLength();
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_listed_as_shared_and_not_as_ones_own()
    {
        var (owner, friend, cluster, address) = await SharedAsync();
        var other = await silo.NewTenantAsync(Address());
        (await owner.Api.PostAsync($"/2/clusters/{cluster}/share", $$"""{"email":"{{await OfAsync(other)}}"}""")).Ok();

        foreach (var call in (string[])["/2/clusters?shared=true", "/2/clusters/shared"])
        {
            var listed = (await friend.Api.GetAsync(call)).Ok().GetProperty("clusters");
            Assert.Equal(cluster, Assert.Single(listed.EnumerateArray()).GetProperty("id").GetString());
            Assert.Equal(owner.UserId, listed[0].GetProperty("user_id").GetString());
            Assert.Equal("""{"clusters":[]}""", (await owner.Api.GetAsync(call)).Body);
        }

        Assert.Equal("""{"clusters":[]}""", (await friend.Api.GetAsync("/2/clusters/shared?page=1")).Body);
        Assert.Equal("""{"clusters":[]}""", (await friend.Api.GetAsync("/2/clusters")).Body);
        Assert.Equal("""{"clusters":[]}""", (await owner.Api.GetAsync("/2/clusters?internal=true")).Body);
        var seen = (await friend.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster").GetProperty("shared_to");
        Assert.Equal(address, Assert.Single(seen.EnumerateArray()).GetProperty("email").GetString());
        var all = (await owner.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster").GetProperty("shared_to");
        Assert.Equal(
            ((string[])[friend.UserId, other.UserId]).Order(),
            all.EnumerateArray().Select(share => share.GetProperty("user_id").GetString()).Order());
        Assert.All(all.EnumerateArray(), share => Assert.Equal(cluster, share.GetProperty("cluster_id").GetString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cluster_no_longer_shared_is_not_found()
    {
        var (owner, friend, cluster, _) = await SharedAsync();
        await friend.UploadAsync();
        var runner = await owner.EnrolAsync(cluster);
        var done = await friend.QueueAsync("\"cluster\":\"site\"");
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);
        var waiting = await friend.QueueAsync("\"cluster\":\"site\"");

        var reply = await owner.Api.PostAsync($"/2/clusters/{cluster}/unshare/{friend.UserId}", "");

        Assert.Equal("Cluster unshared", reply.Ok().GetProperty("msg").GetString());
        Assert.Equal(404, (await owner.Api.PostAsync($"/2/clusters/{cluster}/unshare/{friend.UserId}", "")).Status);
        Assert.Equal(404, (await friend.Api.GetAsync($"/2/clusters/{cluster}")).Status);
        Assert.Equal(404, (await friend.PostTasksAsync("""{"tasks":[{"code_name":"hello","cluster":"site"}]}""")).Status);
        Assert.Equal(400, (await friend.Api.PostAsync($"{friend.Project}/tasks/{done}/retry", "")).Status);
        Assert.Equal(waiting, (await runner.ClaimOneAsync()).Lease.TaskId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Sharing_again_changes_nothing_and_with_oneself_it_is_rejected()
    {
        var address = Address();
        var owner = await silo.NewTenantAsync(address);
        var cluster = await owner.NewClusterAsync();
        var (_, friend) = (owner, await silo.NewTenantAsync(Address()));
        var body = $$"""{"email":" {{(await OfAsync(friend)).ToUpperInvariant()}} "}""";

        Assert.Equal("Cluster shared", (await owner.Api.PostAsync($"/2/clusters/{cluster}/share", body)).Msg);
        Assert.Equal(200, (await owner.Api.PostAsync($"/2/clusters/{cluster}/share", body)).Status);
        var self = await owner.Api.PostAsync($"/2/clusters/{cluster}/share", $$"""{"email":"{{address}}"}""");

        Assert.Equal(400, self.Status);
        var shares = (await owner.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster").GetProperty("shared_to");
        Assert.Equal(friend.UserId, Assert.Single(shares.EnumerateArray()).GetProperty("user_id").GetString());
    }

    private async Task<(Tenant Owner, Tenant Friend, string Cluster, string Address)> SharedAsync()
    {
        var address = Address();
        var (owner, friend) = (await silo.NewTenantAsync(), await silo.NewTenantAsync(address));
        var cluster = await owner.NewClusterAsync();
        (await owner.Api.PostAsync($"/2/clusters/{cluster}/share", $$"""{"email":"{{address}}"}""")).Ok();
        return (owner, friend, cluster, address);
    }

    private async Task<string> OfAsync(Tenant tenant) =>
        (await silo.Get<EntityCache>().Users.FindAsync(Convert.ToHexString(TokenHasher.Hash(tenant.Api.Token)), default))!.Email!;

    private static string Address() => $"user{Interlocked.Increment(ref _addresses)}@example.org";
}
