using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>How work reaches runners: long polls over real HTTP, real grains, a real store.</summary>
public abstract class TaskClaimContractTests(TestSilo silo)
{
    [Fact(Timeout = 30_000)]
    public async Task W1_a_parked_runner_gets_a_task_with_all_that_it_needs()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync("""{"name":"c","memory":123456789,"disk_space":23456789,"cpu_share":7}""");
        await tenant.UploadAsync(
            """{"name":"hello","image":"busybox:1","command":"echo hi","config":"{}","env_vars":{"A":"b"}}""");
        var runner = await tenant.EnrolAsync(cluster);
        var claim = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        var task = await tenant.QueueAsync("\"payload\":\"p\\u0000q\",\"timeout\":90");

        var order = Assert.Single((await claim).Tasks);
        Assert.Equal((task, 1, 32), (order.Lease.TaskId, order.Lease.Attempt, order.Lease.Token.Length));
        Assert.InRange(order.LeaseMilliseconds, 1, 10_000);
        Assert.Equal((tenant.ProjectId, "hello", "busybox:1"), (order.ProjectId, order.CodeName, order.Image));
        Assert.Equal(("echo hi", 90, 123_456_789), (order.Command, order.TimeoutSeconds, order.MemoryBytes));
        Assert.Equal((23_456_789, 7), (order.DiskBytes, order.CpuShares));
        Assert.Equal("{}"u8.ToArray(), order.Config);
        Assert.Equal("b", order.EnvVars["A"]);
        Assert.Equal("p\0q"u8.ToArray(), order.Payload);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_claim_takes_up_to_what_it_wants_and_no_more_than_the_runner_has_slots()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster, slots: 3);
        for (var i = 0; i < 6; i++)
        {
            await tenant.QueueAsync();
        }

        Assert.Equal(2, (await runner.ClaimAsync(wanted: 2)).Tasks.Length);
        Assert.Equal(3, (await runner.ClaimAsync(wanted: 100)).Tasks.Length);
        Assert.Single((await runner.ClaimAsync(wanted: 3)).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task S5_a_runner_sees_its_own_cluster_only()
    {
        var tenant = await silo.NewTenantAsync();
        var (mine, other) = (await tenant.NewClusterAsync(), await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var (stranger, owner) = (await tenant.EnrolAsync(other), await tenant.EnrolAsync(mine));
        var theirs = stranger.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);
        await tenant.QueueAsync($"\"cluster\":\"{mine}\"");
        var order = await owner.ClaimOneAsync();

        Assert.False(theirs.IsCompleted);
        Assert.Equal(409, (await stranger.FinishAsync(order.Lease, "complete")).Status);
        Assert.Equal(409, (await stranger.LogAsync(order.Lease, 0, "x")).Status);
        Assert.Equal("lost", (await stranger.HeartbeatAsync(order.Lease, "running")).Leases[0].Status);
        Assert.Equal("renewed", (await owner.HeartbeatAsync(order.Lease, "running")).Leases[0].Status);
        await tenant.QueueAsync($"\"cluster\":\"{other}\"");
        Assert.Single((await theirs).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_repeated_claim_gets_the_leases_that_the_lost_answer_carried()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();
        var key = runner.NewKey();
        var lost = await runner.ClaimAsync(key: key);

        var again = await runner.ClaimAsync(key: key, repeated: true);

        Assert.Equal(lost.Tasks.Select(order => order.Lease), again.Tasks.Select(order => order.Lease));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_repeated_claim_that_was_given_nothing_waits_like_a_new_one()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var claim = runner.ClaimAsync(repeated: true);
        await silo.WaitForPendingPollsAsync(1);

        await tenant.QueueAsync();

        Assert.Single((await claim).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_newer_claim_of_the_same_session_ends_the_older_one()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var older = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);
        var newer = runner.ClaimAsync();

        Assert.Empty((await older).Tasks);
        await tenant.QueueAsync();
        Assert.Single((await newer).Tasks);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_that_hung_up_loses_nothing()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var (gone, here) = (await tenant.EnrolAsync(cluster), await tenant.EnrolAsync(cluster));
        using var hangUp = new CancellationTokenSource();
        var claim = gone.ClaimAsync(cancellationToken: hangUp.Token);
        await silo.WaitForPendingPollsAsync(1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim);
        await silo.WaitForPendingPollsAsync(0);

        await tenant.QueueAsync();

        Assert.Equal(1, (await here.ClaimOneAsync()).Lease.Attempt);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_empty_claim_ends_by_itself()
    {
        await using var own = await StartAsync(builder => builder.Services.Configure<ApiOptions>(api => api.PollTime = TimeSpan.FromSeconds(0.1)));
        var tenant = await own.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());

        var answer = await runner.ClaimAsync();

        Assert.Empty(answer.Tasks);
        Assert.Equal((0, false), (answer.Stop.Length, answer.Drain));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_drained_runner_is_told_and_gets_no_more_work()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var parked = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        await silo.Get<IGrainFactory>().GetGrain<IRunnerGrain>(runner.Enrolled.SessionId).Drain();

        Assert.True((await parked).Drain);
        silo.Get<EntityCache>().Sessions.Invalidate(
            Convert.ToHexString(TokenHasher.Hash(runner.Enrolled.Credential)));
        await tenant.QueueAsync();
        var next = await runner.ClaimAsync();
        Assert.Equal((0, true), (next.Tasks.Length, next.Drain));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_ended_session_opens_nothing()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await silo.Get<IRunnerStore>().SetPhaseAsync(
            runner.Enrolled.SessionId, RunnerPhase.Active, RunnerPhase.Ended, default);

        var reply = await runner.Api.PostAsync("/runner/v1/heartbeat", """{"leases":[]}""");

        Assert.Equal(401, reply.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_silo_that_stops_ends_its_polls_at_once()
    {
        var own = await StartAsync();
        var tenant = await own.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        var claim = runner.ClaimAsync();
        await own.WaitForPendingPollsAsync(1);

        await own.DisposeAsync();

        Assert.Empty((await claim).Tasks);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"claim_key":"short","wanted":1}""")]
    [InlineData("""{"claim_key":"zz112233445566778899aabbccddeeff","wanted":1}""")]
    [InlineData("""{"claim_key":"00112233445566778899aabbccddeeff","wanted":-1}""")]
    [InlineData("""{"claim_key":"00112233445566778899aabbccddeeff","wanted":"1"}""")]
    [InlineData("""{"claim_key":null,"wanted":1}""")]
    public async Task A_bad_claim_is_rejected_in_words(string body)
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());

        var reply = await runner.Api.PostAsync("/runner/v1/claim", body);

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty(reply.Msg);
    }

    /// <summary>A silo that differs from the usual, spoken to as this class does.</summary>
    private async Task<TestSilo> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var own = await TestSilo.StartAsync(configure);
        own.RunnersCallGrains = silo.RunnersCallGrains;
        return own;
    }
}
