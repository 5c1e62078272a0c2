using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>An operator holds a runner, and lets it go on.</summary>
public sealed class RunnerPauseTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task A_paused_runner_keeps_what_it_has_stays_connected_and_gets_no_more_until_it_is_resumed()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var other = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        var poll = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        Assert.Equal(200, (await OrderAsync(tenant, cluster, "pause", runner)).Status);
        var others = await tenant.QueueAsync();
        Assert.Equal(others, (await other.ClaimOneAsync()).Lease.TaskId);
        var waits = await tenant.QueueAsync();
        var beat = await runner.HeartbeatAsync(lease, "running");

        Assert.Equal((false, "renewed", false), (beat.Drain, beat.Leases[0].Status, poll.IsCompleted));
        Assert.Equal(("LIVE", true, 0, 1), await StateAsync(tenant, cluster, runner));
        Assert.Equal(200, (await runner.FinishAsync(lease, "complete", exitCode: 0)).Status);
        Assert.Equal(200, (await OrderAsync(tenant, cluster, "resume", runner)).Status);
        Assert.Equal(waits, Assert.Single((await poll).Tasks).Lease.TaskId);
        Assert.Equal(("LIVE", false, 9, 1), await StateAsync(tenant, cluster, runner));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_paused_runner_hears_that_a_task_is_cancelled()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var id = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await OrderAsync(tenant, cluster, "pause", runner);
        var poll = runner.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);

        (await tenant.Api.PostAsync($"{tenant.Project}/tasks/{id}/cancel", "")).Ok();

        Assert.Equal(lease, Assert.Single((await poll).Stop));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_runner_that_comes_back_is_still_paused_also_after_a_long_silence(bool silent)
    {
        var (tenant, cluster, runner) = await BusyAsync();
        await OrderAsync(tenant, cluster, "pause", runner);
        var session = runner.Enrolled.SessionId;
        if (silent)
        {
            await silo.Get<IRunnerStore>().SetPhaseAsync(session, RunnerPhase.Active, RunnerPhase.Ended, default);
        }

        var again = await TestRunner.EnrolAsync(
            tenant.Api,
            cluster,
            await tenant.ClusterTokenAsync(cluster),
            slots: 10,
            new PreviousSession { SessionId = session, Credential = runner.Enrolled.Credential });
        var poll = again.ClaimAsync();
        await silo.WaitForPendingPollsAsync(1);
        var id = await tenant.QueueAsync();

        Assert.Equal(("LIVE", true, 0, 0), await StateAsync(tenant, cluster, again));
        await OrderAsync(tenant, cluster, "resume", again);
        Assert.Equal(id, Assert.Single((await poll).Tasks).Lease.TaskId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Orders_to_others_runners_and_to_none_are_rejected_in_words()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        var (stranger, _, foreign) = await BusyAsync();
        var path = $"/2/clusters/{cluster}/pause";

        Assert.Equal(404, (await OrderAsync(tenant, cluster, "pause", runner, foreign)).Status);
        Assert.Equal(404, (await OrderAsync(stranger, cluster, "pause", runner)).Status);
        Assert.Equal(400, (await tenant.Api.PostAsync(path, """{"instance_ids":[]}""")).Status);
        Assert.Equal(406, (await tenant.Api.PostAsync(path, "{}")).Status);
        Assert.Equal(("LIVE", false, 10, 0), await StateAsync(tenant, cluster, runner));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_runner_that_drains_is_beyond_a_pause()
    {
        var (tenant, cluster, runner) = await BusyAsync();
        await OrderAsync(tenant, cluster, "pause", runner);
        await OrderAsync(tenant, cluster, "pause", runner);

        Assert.Equal(200, (await OrderAsync(tenant, cluster, "terminate", runner)).Status);
        var reply = await OrderAsync(tenant, cluster, "resume", runner);

        Assert.Equal((409, true), (reply.Status, reply.Msg.Contains("is draining", StringComparison.Ordinal)));
    }

    private async Task<(Tenant Tenant, string Cluster, TestRunner Runner)> BusyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, cluster, await tenant.EnrolAsync(cluster));
    }

    private static Task<ApiResponse> OrderAsync(Tenant tenant, string cluster, string order, params TestRunner[] runners) =>
        tenant.Api.PostAsync(
            $"/2/clusters/{cluster}/{order}",
            JsonSerializer.Serialize(new { instance_ids = runners.Select(runner => runner.Enrolled.SessionId) }));

    private static async Task<(string Type, bool Paused, int Free, int Used)> StateAsync(
        Tenant tenant, string cluster, TestRunner runner)
    {
        var instance = (await tenant.Api.GetAsync($"/2/clusters/{cluster}/stats")).Ok().GetProperty("cluster").GetProperty("instances")
            .EnumerateArray().Single(found => found.GetProperty("instance_id").GetString() == runner.Enrolled.SessionId);
        return (
            instance.GetProperty("type").GetString()!,
            instance.TryGetProperty("paused", out _),
            instance.GetProperty("runners_available").GetInt32(),
            instance.GetProperty("slots_used").GetInt32());
    }
}
