using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Cancel, at each stage and with every body that published clients send.</summary>
public sealed class TaskCancellationTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("", null)]
    [InlineData("{}", "application/json")]
    [InlineData("", "application/x-www-form-urlencoded")]
    [InlineData("not json", "text/plain")]
    public async Task A_waiting_task_is_cancelled_whatever_the_body(string body, string? type)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        var reply = await tenant.Api.PostAsync(
            $"{tenant.Project}/tasks/{task}/cancel", System.Text.Encoding.UTF8.GetBytes(body), type);

        Assert.Equal((200, """{"msg":"Cancelled"}"""), (reply.Status, reply.Body));
        var cancelled = await tenant.TaskAsync(task);
        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
        Assert.Equal("Cancelled via API.", cancelled.GetProperty("msg").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_running_task_is_cancelled_at_once_and_its_runner_told()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");

        await CancelAsync(tenant, task);

        Assert.Equal("cancelled", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
        Assert.Equal("stop", (await runner.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal(200, (await runner.FinishAsync(lease, "cancelled")).Status);
        Assert.Equal("cancelled", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task W4_a_parked_runner_is_told_to_stop_at_once()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        var parked = runner.ClaimAsync(wanted: 0);
        await silo.WaitForPendingPollsAsync(1);

        await CancelAsync(tenant, task);

        Assert.Equal([lease], (await parked).Stop);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_final_task_stays_as_it_is()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var runner = await tenant.EnrolAsync(cluster);
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        var reply = await CancelAsync(tenant, task);

        Assert.Equal((200, "Cancelled"), (reply.Status, reply.Msg));
        Assert.Equal("complete", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    private static Task<ApiResponse> CancelAsync(Tenant tenant, string task) =>
        tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/cancel", "{}");
}
