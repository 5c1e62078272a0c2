using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>C5: published clients never see a word that they don't know; a task whose image is on the way is queued to them.</summary>
public sealed class PreparingTaskTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task C5_a_preparing_task_is_queued_in_lists_statistics_and_filters_and_its_phase_says_more()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        var code = await tenant.UploadAsync();
        var preparing = await tenant.QueueAsync();
        await runner.HeartbeatAsync((await runner.ClaimOneAsync()).Lease, "preparing");
        var running = await tenant.QueueAsync();
        await runner.HeartbeatAsync((await runner.ClaimOneAsync()).Lease, "running");
        var waiting = await tenant.QueueAsync();

        var shown = await tenant.TaskAsync(preparing);
        Assert.Equal(("queued", "preparing"), (shown.GetProperty("status").GetString(), shown.GetProperty("phase").GetString()));
        Assert.Equal(
            """{"queued":2,"preparing":0,"running":1,"cancelled":0,"timeout":0,"error":0,"complete":0}""",
            (await tenant.Api.GetAsync($"{tenant.Project}/codes/{code}/stats")).Body);
        Assert.Equal([waiting, preparing], await tenant.ListAsync("queued=1"));
        Assert.Equal([running], await tenant.ListAsync("running=1"));
        Assert.Equal([preparing], await tenant.ListAsync("preparing=1"));
        Assert.Equal(2, await CountAsync("\"queued\""));
        Assert.Equal(1, await CountAsync("\"preparing\""));
        Assert.Equal(3, await CountAsync("[\"queued\",\"preparing\",\"running\"]"));

        async Task<int> CountAsync(string status) => (await tenant.Api.PostAsync(
            $"{tenant.Project}/tasks/cancel", $$"""{"status":{{status}},"dry_run":true}""")).Ok().GetProperty("count").GetInt32();
    }

    [Fact(Timeout = 30_000)]
    public async Task C5_the_phase_tells_what_the_status_can_not()
    {
        var tenant = await silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        var task = await tenant.QueueAsync();
        var queued = await PhaseAsync(task);
        var lease = (await runner.ClaimOneAsync()).Lease;
        var claimed = await PhaseAsync(task);
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/cancel", "{}");
        var stopping = await PhaseAsync(task);
        await runner.FinishAsync(lease, "cancelled");

        Assert.Equal(
            "queued claimed stopping cancelled", $"{queued} {claimed} {stopping} {await PhaseAsync(task)}");

        async Task<string?> PhaseAsync(string id) => (await tenant.TaskAsync(id)).GetProperty("phase").GetString();
    }
}
