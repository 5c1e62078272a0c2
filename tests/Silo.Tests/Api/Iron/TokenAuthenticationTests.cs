using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Authentication by tokens: A1 to A6, S1, S7.</summary>
public sealed class TokenAuthenticationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("OAuth")]
    [InlineData("oauth")]
    [InlineData("OAUTH")]
    [InlineData("Bearer")]
    public async Task A1_a_token_in_the_header_opens_with_any_case_of_the_scheme(string scheme)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(tenant.Api.Token, scheme).GetAsync(tenant.Project);

        Assert.Equal(200, reply.Status);
        Assert.Equal(tenant.ProjectId, reply.Text("id"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A2_a_token_in_the_query_opens_too()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(null).GetAsync($"{tenant.Project}?oauth={tenant.Api.Token}");

        Assert.Equal(200, reply.Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A2_a_token_in_the_body_is_no_credential()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();

        var reply = await tenant.Api.WithToken(null).PostAsync(
            $"{tenant.Project}/tasks", $$"""{"oauth":"{{tenant.Api.Token}}","tasks":[{"code_name":"hello"}]}""");

        Assert.Equal(401, reply.Status);
        Assert.Empty(await tenant.ListAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A3_another_scheme_is_rejected()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(tenant.Api.Token, "JWT").GetAsync(tenant.Project);

        Assert.Equal(401, reply.Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A6_each_token_of_a_user_opens_all_of_that_users_projects_and_clusters()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var (projects, ids, token) = (silo.Get<IProjectStore>(), silo.Get<IdGenerator>(), TokenHasher.NewToken());
        await projects.AddTokenAsync(new UserToken(ids.New(), tenant.UserId, TokenHasher.Hash(token), "", DateTimeOffset.UtcNow), default);
        var other = new Project { Id = ids.New(), UserId = tenant.UserId, Name = "other", CreatedAt = DateTimeOffset.UtcNow };
        await projects.AddProjectAsync(other, default);
        string[] paths = [tenant.Project, $"/2/projects/{other.Id}", "/2/clusters"];

        foreach (var api in new[] { tenant.Api, tenant.Api.WithToken(token) })
        {
            var replies = await Task.WhenAll(paths.Select(path => api.GetAsync(path)));
            Assert.All(replies, reply => Assert.Equal(200, reply.Status));
            Assert.Equal("other", replies[1].Text("name"));
            Assert.Single(replies[2].Json.GetProperty("clusters").EnumerateArray());
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task S1_wrong_tokens_all_get_the_same_answer()
    {
        var tenant = await silo.NewTenantAsync();
        string[] wrong = ["x", tenant.Api.Token[..^1], tenant.Api.Token + "A", new string('A', 43), "' OR 1=1 --"];

        var replies = await Task.WhenAll(wrong.Select(token => tenant.Api.WithToken(token).GetAsync(tenant.Project)));

        Assert.All(replies, reply => Assert.Equal((401, """{"msg":"Invalid token"}"""), (reply.Status, reply.Body)));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/2/projects")]
    [InlineData("/2/clusters")]
    [InlineData("/2/projects/0123456789abcdef01234567")]
    [InlineData("/2/projects/0123456789abcdef01234567/tasks?oauth=")]
    public async Task A4_A5_no_token_is_told_in_json(string path)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(null).GetAsync(path);

        Assert.Equal(401, reply.Status);
        Assert.Equal("application/json; charset=utf-8", reply.Type);
        Assert.NotEmpty(reply.Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task S7_the_three_kinds_of_credentials_never_work_for_each_other()
    {
        var tenant = await silo.NewTenantAsync();
        var clusterId = await tenant.NewClusterAsync();
        var clusterToken = await tenant.ClusterTokenAsync(clusterId);
        var runner = await tenant.EnrolAsync(clusterId);
        var enrol = $$"""{"cluster_id":"{{clusterId}}","name":"n","version":"1","slots":1,"executor":"process"}""";
        const string claim = """{"claim_key":"00112233445566778899aabbccddeeff","wanted":0}""";

        string[] notUsers = [clusterToken, runner.Enrolled.Credential];
        string[] notClusters = [tenant.Api.Token, runner.Enrolled.Credential];
        string[] notSessions = [tenant.Api.Token, clusterToken];
        var replies = await Task.WhenAll(
        [
            .. notUsers.Select(token => tenant.Api.WithToken(token).GetAsync(tenant.Project)),
            .. notUsers.Select(token => tenant.Api.WithToken(null).GetAsync($"/2/projects?oauth={token}")),
            .. notClusters.Select(token => tenant.Api.WithToken(token, "Bearer").PostAsync("/runner/v1/enrol", enrol)),
            .. notSessions.Select(token => tenant.Api.WithToken(token, "Bearer").PostAsync("/runner/v1/claim", claim)),
        ]);

        Assert.All(replies, reply => Assert.Equal((401, "Invalid token"), (reply.Status, reply.Msg)));
    }

    [Fact(Timeout = 30_000)]
    public async Task S3_no_token_reaches_the_log()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await own.NewTenantAsync();
        var clusterId = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(clusterId);
        await tenant.Api.WithToken(null).GetAsync($"{tenant.Project}?oauth={tenant.Api.Token}");
        await tenant.Api.WithToken(null).GetAsync($"/nowhere?oauth={tenant.Api.Token}");
        await own.SendRawAsync($"GET /2/projects?oauth={tenant.Api.Token} HTTP/1.1\r\nbad header\r\n\r\n");

        string[] secrets = [tenant.Api.Token, await tenant.ClusterTokenAsync(clusterId), runner.Enrolled.Credential];

        Assert.Contains(own.Logs.All, line => line.Contains($"GET {tenant.Project} 200", StringComparison.Ordinal));
        Assert.DoesNotContain(
            own.Logs.All, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }
}
