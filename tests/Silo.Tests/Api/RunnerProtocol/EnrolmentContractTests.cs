using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>How runners come and go: sessions, hand-over, and whose token opens what.</summary>
public abstract class EnrolmentContractTests(TestSilo silo)
{
    [Fact(Timeout = 30_000)]
    public async Task Each_enrolment_is_a_session_of_its_own()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();

        var (first, second) = (await tenant.EnrolAsync(cluster), await tenant.EnrolAsync(cluster));

        Assert.NotEqual(first.Enrolled.SessionId, second.Enrolled.SessionId);
        Assert.NotEqual(first.Enrolled.Credential, second.Enrolled.Credential);
        Assert.Equal((30, 43), (first.Enrolled.PollSeconds, first.Enrolled.Credential.Length));
        Assert.Empty(first.Enrolled.Leases);
        var session = (await silo.Get<IRunnerStore>().FindAsync(first.Enrolled.SessionId, default))!;
        Assert.Equal(("box", "1.2.3", 10, "process"), (session.Name, session.Version, session.Slots, session.Executor));
    }

    [Fact(Timeout = 30_000)]
    public async Task S5_a_token_enrols_in_its_own_cluster_only()
    {
        var tenant = await silo.NewTenantAsync();
        var mine = await tenant.NewClusterAsync();
        var other = await tenant.NewClusterAsync();
        var token = await tenant.ClusterTokenAsync(mine);

        var replies = new[]
        {
            await EnrolAsync(tenant, other, token),
            await EnrolAsync(tenant, "0123456789abcdef01234567", token),
            await EnrolAsync(tenant, mine, token[1..]),
            await EnrolAsync(tenant, mine, "x" + token),
            await EnrolAsync(tenant, mine, null),
        };

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_opens_whatever_address_stands_behind_its_secret()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var secret = (await tenant.ClusterTokenAsync(cluster)).Split('.')[0];

        Assert.Equal(200, (await EnrolAsync(tenant, cluster, $"{secret}.aHR0cDovL2VhcmxpZXI")).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"cluster_id":null,"name":"n","version":"1","slots":1,"executor":"e"}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":0,"executor":"e"}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1001,"executor":"e"}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1e99,"executor":"e"}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"\ud800","version":"1","slots":1,"executor":"e"}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1,"executor":"e","previous":{}}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1,"executor":"e","labels":["GPU"]}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1,"executor":"e","labels":["a b"]}""")]
    [InlineData("""{"cluster_id":"CLUSTER","name":"n","version":"1","slots":1,"executor":"e","labels":[null]}""")]
    public async Task A_bad_enrolment_is_rejected_in_words(string body)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var api = tenant.Api.WithToken(await tenant.ClusterTokenAsync(cluster), "Bearer");

        var reply = await api.PostAsync("/runner/v1/enrol", body.Replace("CLUSTER", cluster));

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty(reply.Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task Odd_texts_of_a_runner_are_kept_in_bounds()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var api = tenant.Api.WithToken(await tenant.ClusterTokenAsync(cluster), "Bearer");
        var emoji = string.Concat(Enumerable.Repeat("😀", 600));

        var reply = await api.PostAsync(
            "/runner/v1/enrol",
            $$"""{"cluster_id":"{{cluster}}","name":"a\u0000b","version":"x{{emoji}}","slots":1,"executor":"e"}""");

        var id = reply.Ok().GetProperty("session_id").GetString()!;
        var session = (await silo.Get<IRunnerStore>().FindAsync(id, default))!;
        Assert.Equal("a\uFFFDb", session.Name);
        Assert.Equal(1023, session.Version.Length);
        Assert.EndsWith("😀", session.Version);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restarted_runner_takes_its_leases_over_and_the_old_credential_dies()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var old = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();
        var lease = (await old.ClaimOneAsync()).Lease;

        var renewed = await AgainAsync(tenant, cluster, old);

        Assert.Equal([lease], renewed.Enrolled.Leases);
        Assert.Equal("renewed", (await renewed.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal(401, (await old.FinishAsync(lease, "complete")).Status);
        Assert.Equal(200, (await renewed.FinishAsync(lease, "complete", exitCode: 0)).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_poll_that_the_last_life_left_behind_ends()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var old = await tenant.EnrolAsync(cluster);
        var poll = old.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        await AgainAsync(tenant, cluster, old);

        Assert.True((await poll).Drain);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_previous_session_of_another_cluster_or_credential_hands_nothing_over()
    {
        var tenant = await silo.NewTenantAsync();
        var (mine, other) = (await tenant.NewClusterAsync(), await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var victim = await tenant.EnrolAsync(mine);
        await tenant.QueueAsync();
        var lease = (await victim.ClaimOneAsync()).Lease;

        var foreign = await AgainAsync(tenant, other, victim);
        var guess = await TestRunner.EnrolAsync(
            tenant.Api, mine, await tenant.ClusterTokenAsync(mine), 1,
            new PreviousSession { SessionId = victim.Enrolled.SessionId, Credential = new string('A', 43) });

        Assert.Empty(foreign.Enrolled.Leases);
        Assert.Empty(guess.Enrolled.Leases);
        Assert.Equal("renewed", (await victim.HeartbeatAsync(lease, "running")).Leases[0].Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_that_leaves_releases_its_leases_and_its_credential_ends()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var (leaving, staying) = (await tenant.EnrolAsync(cluster), await tenant.EnrolAsync(cluster));
        var task = await tenant.QueueAsync();
        var lease = (await leaving.ClaimOneAsync()).Lease;

        var released = await leaving.ReleaseAsync(leaving: true, lease);
        var again = await staying.ClaimOneAsync();

        Assert.Equal((200, """{"statuses":["accepted"]}"""), (released.Status, released.Body));
        Assert.Equal((task, 2), (again.Lease.TaskId, again.Lease.Attempt));
        Assert.Equal(401, (await leaving.ReleaseAsync(leaving: false)).Status);
    }

    private static async Task<TestRunner> AgainAsync(Tenant tenant, string cluster, TestRunner old) =>
        await TestRunner.EnrolAsync(
            tenant.Api, cluster, await tenant.ClusterTokenAsync(cluster), 10,
            new PreviousSession { SessionId = old.Enrolled.SessionId, Credential = old.Enrolled.Credential });

    private static Task<ApiResponse> EnrolAsync(Tenant tenant, string cluster, string? token) =>
        tenant.Api.WithToken(token, "Bearer").PostAsync(
            "/runner/v1/enrol",
            $$"""{"cluster_id":"{{cluster}}","name":"n","version":"1","slots":1,"executor":"process"}""");
}
