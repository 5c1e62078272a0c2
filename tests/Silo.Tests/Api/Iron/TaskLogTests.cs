using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>The log call: E2, and what is there at each stage.</summary>
public sealed class TaskLogTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task E2_before_the_start_there_is_no_log_and_the_answer_says_so()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        var waiting = await LogAsync(tenant, task);
        var unknown = await LogAsync(tenant, "0123456789abcdef01234567");

        Assert.Equal((404, 404), (waiting.Status, unknown.Status));
        Assert.Contains("log", waiting.Msg);
        Assert.Contains("log", unknown.Msg);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_grows_while_the_task_runs_and_stays_when_it_has_ended()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");

        var started = await LogAsync(tenant, task);
        await runner.LogAsync(lease, 0, "one\n");
        var growing = await LogAsync(tenant, task);
        await runner.LogAsync(lease, 4, "zwei ü\n");
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        var ended = await LogAsync(tenant, task);

        Assert.Equal((200, ""), (started.Status, started.Body));
        Assert.Equal((200, "one\n"), (growing.Status, growing.Body));
        Assert.Equal((200, "one\nzwei ü\n"), (ended.Status, ended.Body));
        Assert.Equal("text/plain; charset=utf-8", ended.Type);
        Assert.Equal(12, (await tenant.TaskAsync(task)).GetProperty("log_size").GetInt64());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_that_said_nothing_has_an_empty_log()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);

        var log = await LogAsync(tenant, task);

        Assert.Equal((200, "", "text/plain; charset=utf-8"), (log.Status, log.Body, log.Type));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_long_log_comes_whole()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var piece = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:d9}\n"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await runner.LogAsync(lease, (long)i * piece.Length, piece)).Status);
        }

        Assert.Equal(piece + piece + piece, (await LogAsync(tenant, task)).Body);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("bytes=0-", "one\nzwei ü\n", "bytes 0-11/12")]
    [InlineData("bytes=4-", "zwei ü\n", "bytes 4-11/12")]
    [InlineData("BYTES=4-", "zwei ü\n", "bytes 4-11/12")]
    [InlineData("bytes=4-7", "zwei", "bytes 4-7/12")]
    [InlineData("bytes=4-99999999999999", "zwei ü\n", "bytes 4-11/12")]
    public async Task A_follower_asks_for_the_rest_only(string range, string body, string part)
    {
        var (tenant, task) = await WithLogAsync("one\n", "zwei ü\n");

        var log = await LogAsync(tenant, task, range);

        Assert.Equal((206, body, part), (log.Status, log.Body, log.ContentRange));
        Assert.Equal("text/plain; charset=utf-8", log.Type);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("bytes=-3")]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=99999999999999999999-")]
    [InlineData("bytes=x-")]
    [InlineData("lines=2-")]
    [InlineData("")]
    public async Task E1_a_range_that_is_none_or_not_one_gets_all_of_it(string range)
    {
        var (tenant, task) = await WithLogAsync("one\n");

        var log = await LogAsync(tenant, task, range);

        Assert.Equal((200, "one\n"), (log.Status, log.Body));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("bytes=4-")]
    [InlineData("bytes=9223372036854775807-")]
    public async Task E1_a_range_behind_its_end_is_416_and_says_where_it_ends(string range)
    {
        var (tenant, task) = await WithLogAsync("one\n");

        var log = await LogAsync(tenant, task, range);

        Assert.Equal((416, "bytes */4"), (log.Status, log.ContentRange));
        Assert.Contains("log has 4 bytes", log.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_long_range_comes_whole()
    {
        var piece = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:d9}\n"));
        var (tenant, task) = await WithLogAsync(piece, piece, piece);

        var log = await LogAsync(tenant, task, "bytes=500000-2499999");

        Assert.Equal((206, "bytes 500000-2499999/3000000"), (log.Status, log.ContentRange));
        Assert.Equal((piece + piece + piece)[500_000..2_500_000], log.Body);
    }

    private async Task<(Tenant Tenant, string Task)> WithLogAsync(params string[] pieces)
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var offset = 0;
        foreach (var piece in pieces)
        {
            Assert.Equal(200, (await runner.LogAsync(lease, offset, piece)).Status);
            offset += System.Text.Encoding.UTF8.GetByteCount(piece);
        }

        return (tenant, task);
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> WithRunnerAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }

    private static Task<ApiResponse> LogAsync(Tenant tenant, string task, string? range = null) =>
        tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log", range);
}
