using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Retry by hand: a task is queued once more, wherever it stands.</summary>
public sealed class TaskRetryTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("complete")]
    [InlineData("error")]
    [InlineData("timeout")]
    public async Task T8_what_has_ended_runs_again_as_a_new_task_with_the_same_payload_and_options(string status)
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync("\"payload\":\"the payload\",\"label\":\"mine\",\"priority\":2,\"timeout\":77");
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, status, "why", exitCode: 1);

        var reply = await RetryAsync(tenant, task, "{}");

        var again = Assert.Single(reply.Ok().GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString()!;
        Assert.Equal("Queued up", reply.Msg);
        var order = await runner.ClaimOneAsync();
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
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        var first = await RetryAsync(tenant, task, "{\"delay\":60}");
        var second = await RetryAsync(tenant, task, "{\"delay\":60}");

        Assert.Equal((200, 200), (first.Status, second.Status));
        var waiting = await tenant.ListAsync("queued=1");
        Assert.Equal(2, waiting.Count);
        Assert.Equal(60, (await tenant.TaskAsync(waiting[0])).GetProperty("delay").GetInt32());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null)]
    [InlineData("waiting")]
    [InlineData("preparing")]
    [InlineData("running")]
    public async Task T8_C4_what_has_not_ended_is_retried_as_well_and_goes_on(string? phase)
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync("\"payload\":\"the payload\"");
        var lease = phase is null ? null : (await runner.ClaimOneAsync()).Lease;
        if (lease is not null)
        {
            await runner.HeartbeatAsync(lease, phase!);
        }

        var again = Again(await RetryAsync(tenant, task, "{}"));

        lease ??= (await runner.ClaimOneAsync()).Lease;
        Assert.Equal(task, lease.TaskId);
        Assert.Equal(200, (await runner.FinishAsync(lease, "complete", exitCode: 0)).Status);
        var order = await runner.ClaimOneAsync();
        Assert.Equal((again, "the payload"), (order.Lease.TaskId, System.Text.Encoding.UTF8.GetString(order.Payload)));
    }

    [Fact(Timeout = 30_000)]
    public async Task C7_both_tasks_name_each_other_and_the_first_names_its_latest_retry()
    {
        var (tenant, _) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        var first = Again(await RetryAsync(tenant, task, "{}"));
        var named = Link(await tenant.TaskAsync(task), "retry_task_id");
        var second = Again(await RetryAsync(tenant, task, ""));
        var third = Again(await RetryAsync(tenant, second, ""));

        Assert.Equal(first, named);
        Assert.Equal(new[] { first, second }.Max(StringComparer.Ordinal), Link(await tenant.TaskAsync(task), "retry_task_id"));
        Assert.Equal(task, Link(await tenant.TaskAsync(second), "original_task_id"));
        Assert.Equal((second, null), (
            Link(await tenant.TaskAsync(third), "original_task_id"), Link(await tenant.TaskAsync(third), "retry_task_id")));
        Assert.Null(Link(await tenant.TaskAsync(task), "original_task_id"));

        static string? Link(System.Text.Json.JsonElement task, string name) =>
            task.TryGetProperty(name, out var id) ? id.GetString() : null;
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
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        var reply = await tenant.Api.PostAsync(
            $"{tenant.Project}/tasks/{task}/retry", System.Text.Encoding.UTF8.GetBytes(body), type);

        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 200 ? 2 : 1, (await tenant.ListAsync()).Count);
    }

    private static string Again(ApiResponse reply) =>
        Assert.Single(reply.Ok().GetProperty("tasks").EnumerateArray()).GetProperty("id").GetString()!;

    private static Task<ApiResponse> RetryAsync(Tenant tenant, string task, string body) =>
        tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/retry", body);

    private async Task<(Tenant Tenant, TestRunner Runner)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }
}
