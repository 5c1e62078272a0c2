using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Webhook, progress and delete; cancel and retry of all that fit a filter.</summary>
public sealed class TaskCommandTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("{\"a\": 1}", "application/json")]
    [InlineData("a=1&b=2", "application/x-www-form-urlencoded")]
    [InlineData("", null)]
    public async Task B3_a_webhook_takes_any_body_as_the_payload(string body, string? type)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);

        var reply = await tenant.Api.SendAsync(
            HttpMethod.Post, $"{tenant.Project}/tasks/webhook?code_name=hello&priority=1&timeout=30&delay=5&label=hook", content);

        Assert.Equal("Queued up.", reply.Msg);
        var task = await tenant.TaskAsync(reply.Ok().GetProperty("id").GetString()!);
        Assert.Equal((body, 1, 30, 5, "hook"), (
            task.GetProperty("payload").GetString(), task.GetProperty("priority").GetInt32(), task.GetProperty("timeout").GetInt32(),
            task.GetProperty("delay").GetInt32(), task.GetProperty("label").GetString()));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", 0, 406, "code_name")]
    [InlineData("code_name=nothing", 0, 404, "code_name")]
    [InlineData("code_name=hello&delay=x", 0, 400, "delay")]
    [InlineData("code_name=hello&cluster=nowhere", 0, 404, "cluster")]
    [InlineData("code_name=hello", 65_537, 400, "65536")]
    public async Task E1_a_webhook_that_can_t_be_queued_says_why(string query, int size, int status, string names)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        using var content = new ByteArrayContent(new byte[size]);

        var reply = await tenant.Api.SendAsync(HttpMethod.Post, $"{tenant.Project}/tasks/webhook?{query}", content);

        Assert.Equal(status, reply.Status);
        Assert.Contains(names, reply.Msg, StringComparison.Ordinal);
        Assert.Empty(await tenant.ListAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task T9_progress_shows_while_a_task_runs_and_beside_the_reason_when_it_fails()
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        var before = await ProgressAsync(tenant, task, "{\"percent\":10}");
        var lease = (await runner.ClaimOneAsync()).Lease;
        var claimed = await tenant.TaskAsync(task);
        await runner.HeartbeatAsync(lease, "running");

        var reply = await ProgressAsync(tenant, task, "{\"percent\":40,\"msg\":\"reading page 4\"}");
        var running = await tenant.TaskAsync(task);
        await ProgressAsync(tenant, task, "{\"percent\":50}");
        await runner.FinishAsync(lease, "error", "exit code 3", exitCode: 3);
        var late = await ProgressAsync(tenant, task, "{\"percent\":99,\"msg\":\"too late\"}");
        var ended = await tenant.TaskAsync(task);

        Assert.Equal(["Progress set", "Progress set", "Progress set"], [before.Msg, reply.Msg, late.Msg]);
        Assert.Equal((10, ""), Shown(claimed));
        Assert.Equal((40, "reading page 4"), Shown(running));
        Assert.Equal((50, "exit code 3: reading page 4"), Shown(ended));
    }

    [Fact(Timeout = 30_000)]
    public async Task T9_what_a_task_said_stays_when_it_succeeds_and_without_it_the_message_is_empty()
    {
        var (tenant, runner) = await ReadyAsync();
        string[] tasks = [await tenant.QueueAsync(), await tenant.QueueAsync()];
        var leases = new[] { (await runner.ClaimOneAsync()).Lease, (await runner.ClaimOneAsync()).Lease };
        await runner.HeartbeatAsync(leases[0], "running");
        await ProgressAsync(tenant, tasks[0], "{\"msg\":\"12 pages\"}");

        foreach (var lease in leases)
        {
            await runner.FinishAsync(lease, "complete", exitCode: 0);
        }

        Assert.Equal("12 pages", (await tenant.TaskAsync(tasks[0])).GetProperty("msg").GetString());
        Assert.Equal("", (await tenant.TaskAsync(tasks[1])).GetProperty("msg").GetString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{\"percent\":101}", 400)]
    [InlineData("{\"percent\":\"half\"}", 400)]
    [InlineData("{\"msg\":7}", 400)]
    [InlineData("", 200)]
    public async Task E1_progress_is_measured(string body, int status)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        Assert.Equal(status, (await ProgressAsync(tenant, task, body)).Status);
        Assert.Equal(404, (await ProgressAsync(tenant, "0123456789abcdef01234567", "{}")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_has_ended_is_deleted_with_its_log_and_no_other_is()
    {
        var (tenant, runner) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        var waiting = await DeleteAsync(tenant, task);
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.LogAsync(lease, 0, "words");
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/cancel", "{}");
        var stopping = await DeleteAsync(tenant, task);
        await runner.FinishAsync(lease, "cancelled");

        var ended = await DeleteAsync(tenant, task);
        var again = await DeleteAsync(tenant, task);

        Assert.Equal([400, 400, 200, 404], new[] { waiting.Status, stopping.Status, ended.Status, again.Status });
        Assert.Equal("Deleted", ended.Msg);
        Assert.Empty(await tenant.ListAsync());
        Assert.Equal(404, (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancel_by_filter_takes_what_fits_and_has_not_ended()
    {
        var (tenant, runner) = await ReadyAsync();
        var others = await QueueAsync(tenant, 3, "b");
        var done = (await QueueAsync(tenant, 1, "a"))[0];
        for (var lease = await runner.ClaimOneAsync(); ; lease = await runner.ClaimOneAsync())
        {
            if (lease.Lease.TaskId == done)
            {
                await runner.FinishAsync(lease.Lease, "complete", exitCode: 0);
                break;
            }
        }

        var asked = await QueueAsync(tenant, 1200, "a");

        var counted = await ManyAsync(tenant, "cancel", "{\"label\":\"a\",\"dry_run\":true}");
        var before = await tenant.ListAsync("cancelled=1");
        var cancelled = await ManyAsync(tenant, "cancel", "{\"label\":\"a\"}");
        var again = await ManyAsync(tenant, "cancel", "{\"label\":\"a\"}");

        Assert.Equal((1200, true, "Nothing was changed"), counted);
        Assert.Empty(before);
        Assert.Equal((1200, false, "Cancelled"), cancelled);
        Assert.Equal((0, false, "Cancelled"), again);
        Assert.Equal("cancelled", (await tenant.TaskAsync(asked[0])).GetProperty("status").GetString());
        Assert.NotEqual("cancelled", (await tenant.TaskAsync(others[0])).GetProperty("status").GetString());
        Assert.Equal("complete", (await tenant.TaskAsync(done)).GetProperty("status").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Retry_by_filter_queues_what_fits_and_has_ended_with_its_payload()
    {
        var (tenant, runner) = await ReadyAsync();
        var failed = await tenant.QueueAsync("\"payload\":\"p\",\"label\":\"x\"");
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.FinishAsync(lease, "error", "why", exitCode: 1);
        var fine = await tenant.QueueAsync("\"label\":\"x\"");
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        var counted = await ManyAsync(tenant, "retry", "{\"status\":[\"error\",\"timeout\"],\"label\":\"x\",\"dry_run\":1}");
        var retried = await ManyAsync(tenant, "retry", "{\"status\":\"error\",\"cluster\":\"site\",\"code_name\":\"hello\"}");

        Assert.Equal((1, true, "Nothing was changed"), counted);
        Assert.Equal((1, false, "Queued up"), retried);
        var order = await runner.ClaimOneAsync();
        Assert.DoesNotContain(order.Lease.TaskId, new[] { failed, fine });
        Assert.Equal("p"u8.ToArray(), order.Payload);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}", 400)]
    [InlineData("{\"dry_run\":true}", 400)]
    [InlineData("{\"status\":\"broken\"}", 400)]
    [InlineData("{\"status\":[1]}", 400)]
    [InlineData("{\"label\":\"a\",\"from_time\":\"soon\"}", 400)]
    [InlineData("{\"cluster\":\"nowhere\"}", 200)]
    public async Task E1_a_filter_that_says_nothing_or_nonsense_changes_nothing(string body, int status)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        Assert.Equal(status, (await tenant.Api.PostAsync($"{tenant.Project}/tasks/cancel", body)).Status);
        Assert.Equal("queued", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }

    private static async Task<IReadOnlyList<string>> QueueAsync(Tenant tenant, int count, string label)
    {
        var entries = string.Join(',', Enumerable.Repeat($$"""{"code_name":"hello","label":"{{label}}"}""", count));
        var reply = await tenant.PostTasksAsync($$"""{"tasks":[{{entries}}]}""");
        return [.. reply.Ok().GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!)];
    }

    private static async Task<(int Count, bool DryRun, string Msg)> ManyAsync(Tenant tenant, string verb, string body)
    {
        var answer = (await tenant.Api.PostAsync($"{tenant.Project}/tasks/{verb}", body)).Ok();
        return (
            answer.GetProperty("count").GetInt32(), answer.GetProperty("dry_run").GetBoolean(), answer.GetProperty("msg").GetString()!);
    }

    private static Task<ApiResponse> ProgressAsync(Tenant tenant, string task, string body) =>
        tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/progress", body);

    private static Task<ApiResponse> DeleteAsync(Tenant tenant, string task) =>
        tenant.Api.SendAsync(HttpMethod.Delete, $"{tenant.Project}/tasks/{task}", content: null);

    private static (int Percent, string? Message) Shown(JsonElement task) =>
        (task.GetProperty("percent").GetInt32(), task.GetProperty("msg").GetString());
}
