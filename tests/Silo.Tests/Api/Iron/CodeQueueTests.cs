using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>All tasks of one code: pause, resume, cancel_all, figures; and what becomes of them when the code is deleted.</summary>
public sealed class CodeQueueTests(TestSilo silo) : IClassFixture<TestSilo>
{
    // More than are cancelled at once.
    private const int Many = 2_500;

    [Fact(Timeout = 30_000)]
    public async Task A_paused_code_is_held_while_others_run_and_goes_on_when_resumed()
    {
        var (tenant, runner, code) = await ReadyAsync();
        await tenant.UploadAsync("""{"name":"other","image":"busybox"}""");
        var running = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        Assert.Equal("Paused", (await PostAsync(tenant, code, "pause_task_queue")).Msg);
        Assert.Equal("Already paused", (await PostAsync(tenant, code, "pause_task_queue")).Msg);
        var held = await tenant.QueueAsync("\"priority\":2");
        await tenant.PostTasksAsync("""{"tasks":[{"code_name":"other"}]}""");

        Assert.Equal("other", (await runner.ClaimOneAsync()).CodeName);
        Assert.Equal("renewed", (await runner.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal(200, (await runner.FinishAsync(lease, "complete", exitCode: 0)).Status);
        Assert.Equal("complete", await StatusAsync(tenant, running));
        Assert.Equal("queued", await StatusAsync(tenant, held));
        Assert.True((await tenant.CodeAsync(code)).GetProperty("paused").GetBoolean());

        var waiting = runner.ClaimOneAsync();
        Assert.Equal("Resumed", (await PostAsync(tenant, code, "resume_task_queue")).Msg);
        Assert.Equal(held, (await waiting).Lease.TaskId);
        Assert.Equal("Already resumed", (await PostAsync(tenant, code, "resume_task_queue")).Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task U5_a_code_is_found_by_its_name_in_the_query()
    {
        var tenant = await silo.NewTenantAsync();
        var code = await tenant.UploadAsync("""{"name":"my/image: a&b","image":"busybox"}""");
        await tenant.UploadAsync();

        Assert.Equal([code], await NamedAsync("my/image: a&b"));
        Assert.Equal(2, (await NamedAsync("")).Count);
        Assert.Empty(await NamedAsync("my/image"));
        await tenant.Api.SendAsync(HttpMethod.Delete, $"{tenant.Project}/codes/{code}", content: null);
        Assert.Empty(await NamedAsync("my/image: a&b"));

        async Task<IReadOnlyList<string>> NamedAsync(string name)
        {
            var list = (await tenant.Api.GetAsync($"{tenant.Project}/codes?name={Uri.EscapeDataString(name)}")).Ok();
            return [.. list.GetProperty("codes").EnumerateArray().Select(each => each.GetProperty("id").GetString()!)];
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_keeps_its_revision_across_a_pause_and_the_deletion_of_its_code()
    {
        var (tenant, runner, code) = await ReadyAsync();
        await PostAsync(tenant, code, "pause_task_queue");
        var task = await tenant.QueueAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"newer"}""");
        await DeleteAsync(tenant, code);
        await PostAsync(tenant, code, "resume_task_queue");

        var order = await runner.ClaimOneAsync();

        Assert.Equal((task, "busybox"), (order.Lease.TaskId, order.Image));
        Assert.Equal("1", (await tenant.TaskAsync(task)).GetProperty("code_rev").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task C7_a_deleted_code_is_gone_its_tasks_stay_and_its_name_makes_a_new_one()
    {
        var (tenant, _, code) = await ReadyAsync();
        var task = await tenant.QueueAsync();

        Assert.Equal((200, """{"msg":"Deleted"}"""), await DeleteAsync(tenant, code));
        Assert.Equal((200, """{"msg":"Deleted"}"""), await DeleteAsync(tenant, code));

        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
        Assert.Equal(404, (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"hello"}]}""")).Status);
        foreach (var read in new[] { "", "/revisions", "/download", "/stats" })
        {
            Assert.Equal(404, (await tenant.Api.GetAsync($"{tenant.Project}/codes/{code}{read}")).Status);
        }

        Assert.Equal("queued", await StatusAsync(tenant, task));
        var next = await tenant.UploadAsync();
        Assert.NotEqual(code, next);
        Assert.Equal(1, (await tenant.CodeAsync(next)).GetProperty("rev").GetInt32());
    }

    [Fact(Timeout = 600_000)]
    public Task Cancel_all_ends_what_waits_and_what_runs_of_this_code_only() => CancelAllAsync(Many);

    [LongFact(Timeout = 600_000)]
    public Task Cancel_all_ends_what_waits_and_what_runs_of_this_code_only_also_of_a_hundred_thousand() => CancelAllAsync(100_000);

    [Fact(Timeout = 60_000)]
    public async Task A_cancellation_that_a_dead_silo_left_behind_is_completed()
    {
        var (tenant, _, code) = await ReadyAsync();
        var task = await tenant.QueueAsync();

        await silo.Get<ICodeQueueStore>().BeginCancellationAsync(code, DateTimeOffset.UnixEpoch, default);

        await UntilAsync(async () => await StatusAsync(tenant, task) == "cancelled");
    }

    [Fact(Timeout = 30_000)]
    public async Task Figures_count_the_last_day_or_the_stretch_that_is_asked_for()
    {
        var (tenant, runner, code) = await ReadyAsync();
        await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "exit code 1", exitCode: 1);
        await tenant.QueueAsync();
        var before = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds();

        Assert.Equal(
            """{"queued":1,"preparing":0,"running":0,"cancelled":0,"timeout":0,"error":1,"complete":0}""",
            (await tenant.Api.GetAsync($"{tenant.Project}/codes/{code}/stats")).Body);
        Assert.Equal(2, Count(await StatsAsync(tenant, code, $"?start_date={before}"), "queued", "error"));
        Assert.Equal(0, Count(await StatsAsync(tenant, code, $"?end_date={before}"), "queued", "error"));
        Assert.Equal(400, (await tenant.Api.GetAsync($"{tenant.Project}/codes/{code}/stats?start_date=x")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task T7_a_limit_holds_over_two_clusters()
    {
        var tenant = await silo.NewTenantAsync();
        var (here, there) = (await tenant.NewClusterAsync(), await tenant.NewClusterAsync("""{"name":"there"}"""));
        var code = await tenant.UploadAsync("""{"name":"hello","image":"busybox","max_concurrency":2}""");
        var (near, far) = (await tenant.EnrolAsync(here), await tenant.EnrolAsync(there));
        foreach (var cluster in (string[])[here, there, here, there])
        {
            await tenant.QueueAsync($"\"cluster\":\"{cluster}\"");
        }

        var (first, second) = (await near.ClaimOneAsync(), await far.ClaimOneAsync());
        await near.HeartbeatAsync(first.Lease, "running");
        await far.HeartbeatAsync(second.Lease, "running");
        var waiting = far.ClaimOneAsync();
        await silo.WaitForPendingPollsAsync(1);
        Assert.Equal(2, Count(await StatsAsync(tenant, code), "queued"));
        await near.FinishAsync(first.Lease, "complete", exitCode: 0);
        var third = (await waiting).Lease;
        await far.HeartbeatAsync(third, "running");

        var stats = await StatsAsync(tenant, code);
        Assert.Equal((1, 2, 1), (Count(stats, "queued"), Count(stats, "running"), Count(stats, "complete")));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/revisions")]
    [InlineData("GET", "/download")]
    [InlineData("GET", "/stats")]
    [InlineData("POST", "/pause_task_queue")]
    [InlineData("POST", "/resume_task_queue")]
    [InlineData("POST", "/cancel_all")]
    public async Task I9_S4_a_code_of_somebody_else_is_not_found(string method, string call)
    {
        var (_, _, code) = await ReadyAsync();
        var stranger = await silo.NewTenantAsync();

        var reply = await stranger.Api.SendAsync(new HttpMethod(method), $"{stranger.Project}/codes/{code}{call}", null);

        Assert.Equal((404, "Code not found"), (reply.Status, reply.Msg));
    }

    private async Task CancelAllAsync(int many)
    {
        var (tenant, runner, code) = await ReadyAsync();
        await tenant.UploadAsync("""{"name":"other","image":"busybox"}""");
        await tenant.PostTasksAsync("""{"tasks":[{"code_name":"other"}]}""");
        var lease = (await TakeAfterAsync(tenant, runner)).Lease;
        var delayed = await tenant.QueueAsync("\"delay\":3600");
        foreach (var batch in Enumerable.Repeat("""{"code_name":"hello"}""", many).Chunk(10_000))
        {
            (await tenant.PostTasksAsync($$"""{"tasks":[{{string.Join(',', batch)}}]}""")).Ok();
        }

        var reply = await PostAsync(tenant, code, "cancel_all");
        await UntilAsync(async () => Count(await StatsAsync(tenant, code), "queued", "running", "preparing") == 0);

        Assert.Equal((200, """{"msg":"Cancelled"}"""), (reply.Status, reply.Body));
        Assert.Equal(many + 2, Count(await StatsAsync(tenant, code), "cancelled"));
        Assert.Equal("cancelled", await StatusAsync(tenant, delayed));
        Assert.Equal("stop", (await runner.HeartbeatAsync(lease, "running")).Leases[0].Status);
        Assert.Equal("other", (await runner.ClaimOneAsync()).CodeName);
        Assert.Equal("Cancelled", (await PostAsync(tenant, code, "cancel_all")).Msg);
    }

    private async Task<(Tenant Tenant, TestRunner Runner, string Code)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        return (tenant, await tenant.EnrolAsync(cluster), await tenant.UploadAsync());
    }

    /// <summary>Queues a task of hello with the highest priority, and takes it.</summary>
    private static async Task<TaskAssignment> TakeAfterAsync(Tenant tenant, TestRunner runner)
    {
        await tenant.QueueAsync("\"priority\":2");
        var order = await runner.ClaimOneAsync();
        await runner.HeartbeatAsync(order.Lease, "running");
        return order;
    }

    private static Task<ApiResponse> PostAsync(Tenant tenant, string code, string call) =>
        tenant.Api.SendAsync(HttpMethod.Post, $"{tenant.Project}/codes/{code}/{call}", null);

    private static async Task<(int Status, string Body)> DeleteAsync(Tenant tenant, string code)
    {
        var reply = await tenant.Api.SendAsync(
            HttpMethod.Delete, $"{tenant.Project}/codes/{code}", ApiClient.Body("{}"u8.ToArray(), "application/x-www-form-urlencoded"));
        return (reply.Status, reply.Body);
    }

    private static async Task<JsonElement> StatsAsync(Tenant tenant, string code, string query = "") =>
        (await tenant.Api.GetAsync($"{tenant.Project}/codes/{code}/stats{query}")).Ok();

    private static int Count(JsonElement stats, params string[] names) => names.Sum(name => stats.GetProperty(name).GetInt32());

    private static async Task<string> StatusAsync(Tenant tenant, string task) =>
        (await tenant.TaskAsync(task)).GetProperty("status").GetString()!;

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await done())
        {
            await look.WaitForNextTickAsync();
        }
    }
}
