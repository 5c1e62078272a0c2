using System.Buffers.Text;
using System.Text;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Clusters and what runs in them.</summary>
public sealed class ClusterEndpointsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_new_cluster_is_answered_with_its_id_and_token()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.PostAsync("/2/clusters", """{"name":"site"}""");

        var cluster = reply.Ok().GetProperty("cluster");
        Assert.Equal("Cluster created", reply.Msg);
        Assert.Equal(512L << 20, cluster.GetProperty("memory").GetInt64());
        Assert.Equal(10L << 30, cluster.GetProperty("disk_space").GetInt64());
        Assert.Equal(
            cluster.GetProperty("token").GetString(),
            await tenant.ClusterTokenAsync(cluster.GetProperty("id").GetString()!));
    }

    [Fact(Timeout = 30_000)]
    public async Task B12_Of_an_owners_clusters_one_has_each_name_however_it_is_asked_for()
    {
        var (tenant, other) = (await silo.NewTenantAsync(), await silo.NewTenantAsync());
        await tenant.NewClusterAsync("""{"name":"site"}""");
        var second = await tenant.NewClusterAsync("""{"name":"second"}""");
        var path = $"/2/clusters/{second}";

        var made = await tenant.Api.PostAsync("/2/clusters", """{"name":"site"}""");
        var renamed = await tenant.Api.SendAsync(
            HttpMethod.Put, path, ApiClient.Body("""{"name":"site","cpu_share":5}"""u8.ToArray(), "application/json"));

        Assert.Equal((409, 409), (made.Status, renamed.Status));
        Assert.All([made, renamed], reply => Assert.Equal(
            "You have a cluster named site already: give another name, or update that one", reply.Msg));
        Assert.Equal("second", (await tenant.Api.GetAsync(path)).Ok().GetProperty("cluster").GetProperty("name").GetString());
        await other.NewClusterAsync("""{"name":"site"}""");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_older_form_of_creation_works()
    {
        var tenant = await silo.NewTenantAsync();

        var first = await tenant.NewClusterAsync("""{"cluster":"site"}""");
        var second = await tenant.NewClusterAsync("""{"name":"other","memory":0,"cpu_share":null}""");

        var names = (await tenant.Api.GetAsync("/2/clusters")).Ok().GetProperty("clusters").EnumerateArray()
            .Select(cluster => (cluster.GetProperty("id").GetString(), cluster.GetProperty("name").GetString()));
        Assert.Equal([(second, "other"), (first, "site")], names);
        Assert.Equal("""{"clusters":[]}""", (await tenant.Api.GetAsync("/2/clusters?shared=true")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task Credentials_come_in_both_published_forms_and_hold_the_public_address()
    {
        var tenant = await silo.NewTenantAsync();
        var id = await tenant.NewClusterAsync();

        var credentials = (await tenant.Api.GetAsync($"/2/clusters/{id}/credentials")).Ok();

        var token = credentials.GetProperty("token").GetString()!;
        Assert.Equal(id, credentials.GetProperty("cluster").GetProperty("id").GetString());
        Assert.Equal(token, credentials.GetProperty("cluster").GetProperty("tokens")[0].GetString());
        Assert.Equal(43, token.Split('.')[0].Length);
        Assert.Equal(silo.Address.AbsoluteUri.TrimEnd('/'), AddressIn(token));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_configured_public_address_goes_into_the_token()
    {
        await using var own = await TestSilo.StartAsync(null, ("HYBRID_PUBLIC_URL", "https://jobs.example/x/"));
        var tenant = await own.NewTenantAsync();

        var token = await tenant.ClusterTokenAsync(await tenant.NewClusterAsync());

        Assert.Equal("https://jobs.example/x", AddressIn(token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Info_and_figures_show_runners_slots_and_what_waits()
    {
        var tenant = await silo.NewTenantAsync();
        var id = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(id, slots: 3);
        await tenant.QueueAsync();
        await runner.ClaimOneAsync();
        await tenant.QueueAsync("\"delay\":100");

        var cluster = (await tenant.Api.GetAsync($"/2/clusters/{id}")).Ok().GetProperty("cluster");
        var stats = (await tenant.Api.GetAsync($"/2/clusters/{id}/stats")).Ok().GetProperty("cluster");

        Assert.Equal(3, cluster.GetProperty("runners_total").GetInt32());
        Assert.Equal(2, cluster.GetProperty("runners_available").GetInt32());
        var machine = cluster.GetProperty("machines")[0];
        Assert.Equal(runner.Enrolled.SessionId, machine.GetProperty("instance_id").GetString());
        Assert.Equal("1.2.3", machine.GetProperty("version").GetString());
        Assert.Equal(2, stats.GetProperty("runners_available").GetInt32());
        Assert.Equal("LIVE", stats.GetProperty("instances")[0].GetProperty("type").GetString());
        Assert.Matches(@"^20.*\.\d{3}Z$", stats.GetProperty("instances")[0].GetProperty("created_at").GetString()!);
    }

    private static string AddressIn(string token) =>
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));
}
