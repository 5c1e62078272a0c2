using System.Text;
using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Client;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Streaming;

/// <summary>A task as a stream of events, over HTTP, on each database.</summary>
public abstract class TaskEventStreamContractTests(TaskEventStreamFixture place)
{
    private TestSilo Silo => place.Silo;

    [StoreFact]
    public async Task The_status_comes_at_once_and_with_every_change_and_the_end_comes_last()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync("\"payload\":\"zw\\u00e4i\\nlines\"");
        using var events = await OpenAsync(tenant, task);

        var queued = await events.NextAsync("status");
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var running = await UntilAsync(events, "status", "running");
        await runner.HeartbeatAsync(lease, "running", percent: 40, message: "half way");
        var half = await events.NextAsync("status");
        await runner.FinishAsync(lease, "error", "exit code 3", exitCode: 3);
        var ended = await events.NextAsync("status");
        await events.NextAsync("end");

        Assert.Null(await events.NextAsync());
        Assert.Equal(("queued", "zwäi\nlines"), (queued.Text("status"), queued.Text("payload")));
        Assert.Equal("running", running.Text("status"));
        Assert.Equal((40, "half way"), (half.Data.GetProperty("percent").GetInt32(), half.Text("msg")));
        Assert.Equal("error", ended.Text("status"));
        Assert.Equal(
            JsonSerializer.Serialize(await tenant.TaskAsync(task)), JsonSerializer.Serialize(ended.Data));
        Assert.Equal(["retry: 1000"], events.OtherLines);
    }

    [StoreFact]
    public async Task The_log_comes_as_it_grows_and_whole_before_the_end()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        await runner.LogAsync(lease, 0, "one\n");
        using var events = await OpenAsync(tenant, task);
        await events.NextAsync("status");

        var one = await events.NextAsync("log");
        await runner.LogAsync(lease, 4, "zwei ü\r\n");
        var two = await events.NextAsync("log");
        await runner.LogAsync(lease, 13, "three");
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        var rest = new StringBuilder();
        var next = await events.NextAsync();
        for (; next!.Kind != "end"; next = await events.NextAsync())
        {
            rest.Append(next.Kind == "log" ? next.Text("text") : "");
        }

        Assert.Equal(("one\n", 0L), (one.Text("text"), one.Data.GetProperty("offset").GetInt64()));
        Assert.Equal(("zwei ü\r\n", 4L), (two.Text("text"), two.Data.GetProperty("offset").GetInt64()));
        Assert.Equal("three", rest.ToString());
        Assert.Equal(["1.4", "1.13", "1.18"], [one.Id, two.Id, next.Id]);
    }

    [StoreFact]
    public async Task I8_a_stream_that_is_cut_within_a_character_is_taken_up_without_loss_or_repetition()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        var bytes = "price: 5 € each, 😀"u8.ToArray();
        string last;
        await runner.LogAsync(lease, 0, bytes[..10]);
        using (var events = await OpenAsync(tenant, task))
        {
            await events.NextAsync("status");
            var log = await events.NextAsync("log");
            Assert.Equal("price: 5 ", log.Text("text"));
            last = log.Id;
        }

        await runner.LogAsync(lease, 10, bytes[10..^2]);
        using (var events = await OpenAsync(tenant, task, lastId: last))
        {
            await events.NextAsync("status");
            var log = await events.NextAsync("log");
            Assert.Equal("€ each, ", log.Text("text"));
            Assert.False(log.Data.TryGetProperty("bytes", out _));
            last = log.Id;
        }

        await runner.LogAsync(lease, bytes.Length - 2, bytes[^2..]);
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        using (var events = await OpenAsync(tenant, task, lastId: last))
        {
            await events.NextAsync("status");
            Assert.Equal("😀", (await events.NextAsync("log")).Text("text"));
            last = (await events.NextAsync("end")).Id;
        }

        using var after = await OpenAsync(tenant, task, lastId: last);
        await after.NextAsync("status");
        await after.NextAsync("end");
    }

    [StoreFact]
    public async Task Invalid_text_comes_as_bytes_too_and_an_incomplete_character_with_the_end()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        byte[] bytes = [(byte)'a', 0xff, (byte)'b', 0xe2, 0x82];
        await runner.LogAsync(lease, 0, bytes);
        using var events = await OpenAsync(tenant, task);
        await events.NextAsync("status");

        var broken = await events.NextAsync("log");
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        var rest = await events.SkipToAsync("log");
        await events.SkipToAsync("end");

        Assert.Equal(("a\ufffdb", "Yf9i"), (broken.Text("text"), broken.Text("bytes")));
        Assert.Equal(("\ufffd", "4oI="), (rest.Text("text"), rest.Text("bytes")));
    }

    [StoreFact]
    public async Task I5_another_attempt_begins_the_log_anew_and_says_so_also_to_who_comes_back()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, first) = await RunningAsync(tenant, runner);
        await runner.LogAsync(first, 0, "first");
        using var events = await OpenAsync(tenant, task);
        var seen = await events.SkipToAsync("log");

        await runner.ReleaseAsync(leaving: false, first);
        var second = (await runner.ClaimOneAsync()).Lease;
        await runner.LogAsync(second, 0, "second");
        var restart = await events.SkipToAsync("restart");
        var log = await events.SkipToAsync("log");
        using var back = await OpenAsync(tenant, task, lastId: seen.Id);
        await back.NextAsync("status");
        await back.NextAsync("restart");

        Assert.Equal((2, "2.0"), (restart.Data.GetProperty("attempt").GetInt32(), restart.Id));
        Assert.Equal(("second", "2.6"), (log.Text("text"), log.Id));
        Assert.Equal("second", (await back.NextAsync("log")).Text("text"));
    }

    [StoreFact]
    public async Task Without_its_log_a_task_is_followed_by_its_status_alone()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        await runner.LogAsync(lease, 0, "not for all");
        using var events = await OpenAsync(tenant, task, "?log=0");

        Assert.Equal("running", (await events.NextAsync("status")).Text("status"));
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        Assert.Equal("complete", (await events.NextAsync("status")).Text("status"));
        await events.NextAsync("end");
    }

    [StoreFact]
    public async Task A_cancelled_tasks_log_goes_on_until_its_runner_is_done_with_it()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        using var events = await OpenAsync(tenant, task);
        await events.NextAsync("status");

        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{task}/cancel", "{}");
        var cancelled = await events.NextAsync("status");
        await runner.LogAsync(lease, 0, "last words");
        var log = await events.NextAsync("log");
        await runner.FinishAsync(lease, "cancelled");
        await events.NextAsync("end");

        Assert.Equal(("cancelled", "last words"), (cancelled.Text("status"), log.Text("text")));
    }

    [StoreFact]
    public async Task A_slow_reader_gets_all_of_a_long_log_and_delays_no_other()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        using var slow = await OpenAsync(tenant, task);
        await slow.NextAsync("status");
        var written = new StringBuilder();
        for (var i = 0; i < 9; i++)
        {
            var piece = string.Concat(Enumerable.Range(i * 50_000, 50_000).Select(line => $"{line:d6} zwölf €\n"));
            Assert.Equal(200, (await runner.LogAsync(lease, Encoding.UTF8.GetByteCount(written.ToString()), piece)).Status);
            written.Append(piece);
        }

        using var quick = await OpenAsync(tenant, task);
        await quick.NextAsync("status");
        var first = await quick.ReadLogAsync(written.Length);
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        var second = await slow.ReadLogAsync(written.Length);

        Assert.True(first == written.ToString(), $"{first.Length} characters came in place of {written.Length}");
        Assert.True(second == written.ToString(), $"{second.Length} characters came in place of {written.Length}");
        await slow.SkipToAsync("end");
    }

    [StoreFact]
    public async Task The_client_tells_the_same()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (task, lease) = await RunningAsync(tenant, runner);
        using var client = new HybridClient(
            new HybridClientOptions { BaseUrl = Silo.Address, Token = tenant.Api.Token, ProjectId = tenant.ProjectId });
        var seen = new List<string>();

        await foreach (var next in client.Tasks.FollowAsync(task))
        {
            switch (next)
            {
                case TaskChanged { Task.Status: "running" }:
                    await runner.LogAsync(lease, 0, [0xff, 0xc3, 0xbc, 0x0a]);
                    break;
                case LogAdded log:
                    seen.Add($"{log.Attempt} {log.Offset} {Convert.ToHexString(log.Data.Span)}");
                    await runner.FinishAsync(lease, "complete", exitCode: 0);
                    break;
                case TaskChanged changed:
                    seen.Add($"{changed.Task.Status} {changed.Task.LogSize}");
                    break;
            }
        }

        Assert.Equal(["1 0 FFC3BC0A", "complete 4"], seen);
    }

    private Task<ServerSentEventReader> OpenAsync(Tenant tenant, string task, string query = "", string? lastId = null) =>
        ServerSentEventReader.OpenAsync(Silo.Address, tenant, task, query, lastId);

    private async Task<(Tenant Tenant, TestRunner Runner)> WithRunnerAsync()
    {
        var tenant = await Silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }

    private static async Task<(string Task, LeaseRef Lease)> RunningAsync(Tenant tenant, TestRunner runner)
    {
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        return (task, lease);
    }

    /// <summary>Reads on to a status.</summary>
    private static async Task<ServerSentEvent> UntilAsync(ServerSentEventReader events, string kind, string status)
    {
        var next = await events.NextAsync(kind);
        while (next.Text("status") != status)
        {
            next = await events.NextAsync(kind);
        }

        return next;
    }
}
