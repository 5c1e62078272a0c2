using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>W2: a cluster's tokens are changed without a pause, several being good at the same time.</summary>
public sealed class ClusterTokenTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Claim = """{"claim_key":"00112233445566778899aabbccddeeff","wanted":1}""";

    [Fact(Timeout = 30_000)]
    public async Task W2_an_added_token_and_the_old_one_are_both_good_and_the_newest_comes_first()
    {
        var (tenant, cluster) = await ClusterAsync();
        var first = await tenant.ClusterTokenAsync(cluster);

        var added = await AddAsync(tenant, cluster);

        var credentials = (await tenant.Api.GetAsync($"/2/clusters/{cluster}/credentials")).Ok();
        var second = added.GetProperty("token").GetString()!;
        Assert.Equal(second, credentials.GetProperty("token").GetString());
        Assert.Equal(
            [second, first],
            credentials.GetProperty("cluster").GetProperty("tokens").EnumerateArray().Select(text => text.GetString()));
        await TestRunner.EnrolAsync(tenant.Api, cluster, first, 1);
        await TestRunner.EnrolAsync(tenant.Api, cluster, second, 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_list_says_which_are_in_use_and_holds_no_secret()
    {
        var (tenant, cluster) = await ClusterAsync();
        await tenant.EnrolAsync(cluster);
        var second = await AddAsync(tenant, cluster);
        await tenant.EnrolAsync(cluster);
        await tenant.EnrolAsync(cluster);

        var list = await tenant.Api.GetAsync($"/2/clusters/{cluster}/tokens");

        var tokens = list.Ok().GetProperty("tokens").EnumerateArray().ToList();
        Assert.Equal([2, 1], tokens.Select(token => token.GetProperty("runners").GetInt32()));
        Assert.Equal(second.GetProperty("id").GetString(), tokens[0].GetProperty("id").GetString());
        Assert.All(tokens, token => Assert.False(token.TryGetProperty("token", out _)));
        Assert.Matches(@"^20.*\.\d{3}Z$", tokens[0].GetProperty("created_at").GetString()!);
    }

    [Fact(Timeout = 30_000)]
    public async Task S8_a_revoked_token_opens_nothing_and_what_it_opened_closes_at_once()
    {
        var (tenant, cluster) = await ClusterAsync();
        await tenant.UploadAsync();
        var old = await tenant.ClusterTokenAsync(cluster);
        var gone = await TestRunner.EnrolAsync(tenant.Api, cluster, old, 1);
        var oldId = (await ListAsync(tenant, cluster)).Single();
        await AddAsync(tenant, cluster);
        var stays = await tenant.EnrolAsync(cluster);
        var poll = gone.Api.PostAsync("/runner/v1/claim", Claim);
        await silo.WaitForPendingPollsAsync(1);

        var reply = await RevokeAsync(tenant, cluster, oldId);

        Assert.Equal((200, "Token revoked"), (reply.Status, reply.Msg));
        Assert.Equal((401, "Invalid token"), ((await poll).Status, (await poll).Msg));
        Assert.Equal(401, (await gone.Api.PostAsync("/runner/v1/claim", Claim)).Status);
        Assert.Equal(401, (await gone.Api.PostAsync("/runner/v1/heartbeat", """{"leases":[]}""")).Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestRunner.EnrolAsync(tenant.Api, cluster, old, 1));
        Assert.DoesNotContain(old, (await tenant.Api.GetAsync($"/2/clusters/{cluster}/credentials")).Body, StringComparison.Ordinal);
        await tenant.QueueAsync();
        Assert.Equal(1, (await stays.ClaimOneAsync()).Lease.Attempt);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_last_token_stays()
    {
        var (tenant, cluster) = await ClusterAsync();
        var id = (await ListAsync(tenant, cluster)).Single();

        var reply = await RevokeAsync(tenant, cluster, id);

        Assert.Equal(400, reply.Status);
        Assert.Contains("last token", reply.Msg, StringComparison.Ordinal);
        await tenant.EnrolAsync(cluster);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_is_revoked_under_its_own_cluster_only()
    {
        var (tenant, cluster) = await ClusterAsync();
        var other = await tenant.NewClusterAsync();
        await AddAsync(tenant, cluster);
        await AddAsync(tenant, other);
        var ids = await ListAsync(tenant, cluster);

        Assert.Equal(404, (await RevokeAsync(tenant, other, ids[0])).Status);
        Assert.Equal(404, (await RevokeAsync(tenant, cluster, "0123456789abcdef01234567")).Status);
        Assert.Equal(ids, await ListAsync(tenant, cluster));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_number_of_tokens_has_a_limit()
    {
        var (tenant, cluster) = await ClusterAsync();
        for (var i = 1; i < 10; i++)
        {
            await AddAsync(tenant, cluster);
        }

        Assert.Equal(403, (await tenant.Api.PostAsync($"/2/clusters/{cluster}/tokens", "")).Status);
        Assert.Equal(10, (await ListAsync(tenant, cluster)).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task S3_no_token_that_comes_or_goes_reaches_the_log()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await own.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var first = await tenant.ClusterTokenAsync(cluster);
        var second = (await AddAsync(tenant, cluster)).GetProperty("token").GetString()!;
        await RevokeAsync(tenant, cluster, (await ListAsync(tenant, cluster))[1]);
        Assert.Equal(second, await tenant.ClusterTokenAsync(cluster));

        string[] secrets = [first.Split('.')[0], second.Split('.')[0]];
        Assert.Contains(own.Logs.All, line => line.Contains($"POST /2/clusters/{cluster}/tokens 200", StringComparison.Ordinal));
        Assert.DoesNotContain(
            own.Logs.All, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    private async Task<(Tenant Tenant, string Cluster)> ClusterAsync()
    {
        var tenant = await silo.NewTenantAsync();
        return (tenant, await tenant.NewClusterAsync());
    }

    private static async Task<JsonElement> AddAsync(Tenant tenant, string cluster) =>
        (await tenant.Api.PostAsync($"/2/clusters/{cluster}/tokens", "")).Ok().GetProperty("token");

    private static async Task<IReadOnlyList<string>> ListAsync(Tenant tenant, string cluster) =>
        [.. (await tenant.Api.GetAsync($"/2/clusters/{cluster}/tokens")).Ok().GetProperty("tokens").EnumerateArray()
            .Select(token => token.GetProperty("id").GetString()!)];

    private static Task<ApiResponse> RevokeAsync(Tenant tenant, string cluster, string id) =>
        tenant.Api.SendAsync(HttpMethod.Delete, $"/2/clusters/{cluster}/tokens/{id}", null);
}
