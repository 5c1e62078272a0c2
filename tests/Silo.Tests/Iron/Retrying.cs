using Orleans.Hybrid.Silo.Tests.Support;

namespace Orleans.Hybrid.Silo.Tests.Iron;

/// <summary>Retry by hand: what has ended is queued once more.</summary>
public sealed class Retrying(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("complete")]
    [InlineData("error")]
    [InlineData("timeout")]
    public async Task T8_what_has_ended_runs_again_as_a_new_task_with_the_same_payload_and_options(string status)
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync("\"payload\":\"the payload\",\"label\":\"mine\",\"priority\":2,\"timeout\":77");
        await runner.FinishAsync((await runner.TakeAsync()).Lease, status, "why", exitCode: 1);

        var reply = await RetryAsync(tenant, task, "{}");

        var again = Assert.Single(reply.Ok().GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString()!;
        Assert.Equal("Queued up", reply.Msg);
        var order = await runner.TakeAsync();
        Assert.Equal(again, order.Lease.TaskId);
        Assert.Equal("the payload"u8.ToArray(), order.Payload);
        var shown = await tenant.TaskAsync(again);
        Assert.Equal(("mine", 2, 77), (
            shown.GetProperty("label").GetString(), shown.GetProperty("priority").GetInt32(),
            shown.GetProperty("timeout").GetInt32()));
        Assert.Equal(0, shown.GetProperty("retry_count").GetInt32());
        Assert.Equal(status, (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task T8_it_can_be_done_again_and_again_and_with_a_delay()
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.TakeAsync()).Lease, "complete", exitCode: 0);

        var first = await RetryAsync(tenant, task, "{\"delay\":60}");
        var second = await RetryAsync(tenant, task, "{\"delay\":60}");

        Assert.Equal((200, 200), (first.Status, second.Status));
        var waiting = await tenant.ListAsync("queued=1");
        Assert.Equal(2, waiting.Count);
        Assert.Equal(60, (await tenant.TaskAsync(waiting[0])).GetProperty("delay").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task T8_what_has_not_ended_is_not_retried()
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync();

        var waiting = await RetryAsync(tenant, task, "{}");
        await runner.BeatAsync((await runner.TakeAsync()).Lease, "running");
        var running = await RetryAsync(tenant, task, "{}");

        Assert.Equal((400, 400), (waiting.Status, running.Status));
        Assert.Contains("has not ended", running.Msg, StringComparison.Ordinal);
        Assert.Equal([task], await tenant.ListAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", null, 200)]
    [InlineData("", "application/x-www-form-urlencoded", 200)]
    [InlineData("{}", null, 406)]
    [InlineData("{\"delay\":-1}", "application/json", 400)]
    public async Task B3_an_empty_body_is_none_and_any_other_has_to_be_json(string body, string? type, int status)
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.TakeAsync()).Lease, "complete", exitCode: 0);

        var reply = await tenant.Api.PostAsync(
            $"{tenant.Project}/tasks/{task}/retry", System.Text.Encoding.UTF8.GetBytes(body), type);

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? 2 : 1, (await tenant.ListAsync()).Count);
    }

    private static Task<Reply> RetryAsync(Tenant tenant, string task, string body) =>
        tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/retry", body);

    private async Task<(Tenant Tenant, TestRunner Runner)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }
}
