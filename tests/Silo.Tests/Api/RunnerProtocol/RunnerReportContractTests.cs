using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>Heartbeats, logs, releases and results: I5, and what the caller then sees.</summary>
public abstract class RunnerReportContractTests(TestSilo silo)
{
    [Fact(Timeout = 30_000)]
    public async Task Heartbeats_move_the_state_that_callers_see()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        var states = new List<string?>();
        foreach (var phase in new[] { "waiting", "preparing", "running" })
        {
            var answer = await runner.HeartbeatAsync(lease, phase, digest: "sha256:1", message: "half way");
            Assert.Equal(("renewed", 60_000), (answer.Leases[0].Status, answer.Leases[0].LeaseMilliseconds));
            var shown = await tenant.TaskAsync(task);
            states.Add($"{shown.GetProperty("status").GetString()} {shown.GetProperty("phase").GetString()}");
        }

        Assert.Equal(["queued claimed", "queued preparing", "running running"], states);
        Assert.Equal("half way", (await tenant.TaskAsync(task)).GetProperty("msg").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task W3_results_are_accepted_once_and_stale_ones_told()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        var first = await runner.FinishAsync(lease, "complete", exitCode: 0);
        var second = await runner.FinishAsync(lease, "error", "late", exitCode: 1);

        Assert.Equal((200, """{"statuses":["accepted"]}"""), (first.Status, first.Body));
        Assert.Equal((409, """{"statuses":["stale"]}"""), (second.Status, second.Body));
        Assert.Equal("complete", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(30, 30)]
    [InlineData(101, 100)]
    [InlineData(-1, 0)]
    public async Task B1_progress_that_comes_with_a_result_is_kept_with_it(int said, int kept)
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        await runner.FinishAsync(
            lease, "error", "exit code 4", exitCode: 4, progress: new TaskProgress { Percent = said, Message = "broke at row 17" });

        var ended = await tenant.TaskAsync(task);
        Assert.Equal("exit code 4: broke at row 17", ended.GetProperty("msg").GetString());
        Assert.Equal(kept, ended.GetProperty("percent").GetInt32());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_image_that_ran_is_recorded_also_when_only_the_result_tells_it()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var (shorter, longer) = (await tenant.QueueAsync(), await tenant.QueueAsync());
        var leases = (await runner.ClaimAsync(wanted: 2)).Tasks.ToDictionary(order => order.Lease.TaskId, order => order.Lease);
        Assert.False((await tenant.TaskAsync(shorter)).TryGetProperty("image_digest", out _));

        await runner.FinishAsync(leases[shorter], "complete", exitCode: 0, digest: "sha256:aa");
        await runner.HeartbeatAsync(leases[longer], "running", digest: "sha256:bb");

        Assert.Equal("sha256:aa", await DigestAsync(shorter));
        Assert.Equal("sha256:bb", await DigestAsync(longer));
        await runner.FinishAsync(leases[longer], "complete", exitCode: 0);
        Assert.Equal("sha256:bb", await DigestAsync(longer));

        async Task<string?> DigestAsync(string task) => (await tenant.TaskAsync(task)).GetProperty("image_digest").GetString();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_batch_with_one_stale_result_is_answered_item_by_item()
    {
        var (tenant, runner) = await WithRunnerAsync();
        await tenant.QueueAsync();
        await tenant.QueueAsync();
        var leases = (await runner.ClaimAsync(wanted: 2)).Tasks.Select(order => order.Lease).ToList();
        await runner.FinishAsync(leases[0], "complete");

        var results = leases.Select(lease => new TaskResult { Lease = lease, Status = "complete", Retryable = true });
        var request = new FinishRequest { Results = [.. results] };
        var reply = await runner.Api.PostAsync(
            "/runner/v1/finish", JsonSerializer.Serialize(request, RunnerJson.Default.FinishRequest));

        Assert.Equal((200, """{"statuses":["stale","accepted"]}"""), (reply.Status, reply.Body));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_result_that_says_only_what_it_must_is_taken()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = JsonSerializer.Serialize((await runner.ClaimOneAsync()).Lease, RunnerJson.Default.LeaseRef);

        var reply = await runner.Api.PostAsync(
            "/runner/v1/finish", $$"""{"results":[{"lease":{{lease}},"status":"error","retryable":false}]}""");

        Assert.Equal((200, """{"statuses":["accepted"]}"""), (reply.Status, reply.Body));
        Assert.Equal("error", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task T8_an_error_with_retries_left_queues_a_new_task()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"i","retries":1}""");
        var runner = await tenant.EnrolAsync(cluster);
        var first = await tenant.QueueAsync("\"payload\":\"p\"");
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "exit code 1", exitCode: 1);

        var retry = await runner.ClaimOneAsync();

        Assert.NotEqual(first, retry.Lease.TaskId);
        Assert.Equal((1, "p"), (retry.RetryCount, System.Text.Encoding.UTF8.GetString(retry.Payload)));
        Assert.Equal(first, (await tenant.TaskAsync(retry.Lease.TaskId)).GetProperty("original_task_id").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Log_pieces_continue_each_other_and_repeated_ones_change_nothing()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        Assert.Equal(200, (await runner.LogAsync(lease, 0, "abc")).Status);
        Assert.Equal("""{"statuses":["accepted"]}""", (await runner.LogAsync(lease, 0, "abc")).Body);
        Assert.Equal(200, (await runner.LogAsync(lease, 3, "def")).Status);
        Assert.Equal(409, (await runner.LogAsync(lease with { Attempt = 2 }, 6, "no")).Status);
        await runner.FinishAsync(lease, "complete");
        Assert.Equal(409, (await runner.LogAsync(lease, 6, "late")).Status);

        Assert.Equal("abcdef", (await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_released_task_waits_again_without_a_loss()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");

        var reply = await runner.ReleaseAsync(leaving: false, lease, lease with { Attempt = 9 });

        Assert.Equal((200, """{"statuses":["accepted","stale"]}"""), (reply.Status, reply.Body));
        Assert.Equal("queued", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
        Assert.Equal(2, (await runner.ClaimOneAsync()).Lease.Attempt);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("heartbeat", """{"leases":null}""")]
    [InlineData("heartbeat", """{"leases":[null]}""")]
    [InlineData("heartbeat", """{"leases":[{"lease":null,"phase":"running"}]}""")]
    [InlineData("heartbeat", """{"leases":[{"lease":LEASE,"phase":"dancing"}]}""")]
    [InlineData("heartbeat", """{"leases":[{"lease":{"task_id":"x","attempt":1,"token":"y"},"phase":"running"}]}""")]
    [InlineData("finish", """{"results":[null]}""")]
    [InlineData("finish", """{"results":[{"lease":LEASE,"status":"fine","retryable":true}]}""")]
    [InlineData("finish", """{"results":[{"lease":LEASE,"status":"error"}]}""")]
    [InlineData("finish", """{"results":[{"lease":LEASE,"status":"error","message":null,"retryable":true}]}""")]
    [InlineData("log", """{"pieces":[null]}""")]
    [InlineData("log", """{"pieces":[{"lease":LEASE,"offset":-1,"data":""}]}""")]
    [InlineData("log", """{"pieces":[{"lease":LEASE,"offset":0,"data":"not base64"}]}""")]
    [InlineData("log", """{"pieces":[{"lease":LEASE,"offset":0,"data":null}]}""")]
    [InlineData("release", """{"leases":[null]}""")]
    [InlineData("release", "{")]
    public async Task A_bad_report_is_rejected_in_words(string verb, string body)
    {
        const string lease =
            """{"task_id":"0123456789abcdef01234567","attempt":1,"token":"00112233445566778899aabbccddeeff"}""";
        var (_, runner) = await WithRunnerAsync();

        var reply = await runner.Api.PostAsync($"/runner/v1/{verb}", body.Replace("LEASE", lease));

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty(reply.Msg);
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> WithRunnerAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }
}
