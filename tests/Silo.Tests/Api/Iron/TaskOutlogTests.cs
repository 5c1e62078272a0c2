using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>The outlog call: what a task wrote to its standard output, and nothing else (X7, E2).</summary>
public sealed class TaskOutlogTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task E2_until_the_task_has_finished_there_is_none_and_the_answer_says_so()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var waiting = await OutlogAsync(tenant, task);
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, "one\n");

        var running = await OutlogAsync(tenant, task);
        var unknown = await OutlogAsync(tenant, "0123456789abcdef01234567");

        Assert.Equal((404, 404, 404), (waiting.Status, running.Status, unknown.Status));
        Assert.All([waiting, running, unknown], answer => Assert.Contains("log", answer.Msg, StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task X7_it_has_standard_output_alone_while_the_log_has_both()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var text = "loading\nzwei ü\nwarning\nthree"u8.ToArray();
        await runner.LogAsync(lease, 0, text, [0, 8, 8, 8, 5]);
        await runner.LogAsync(lease, text.Length, " and more"u8.ToArray());
        await runner.LogAsync(lease, text.Length + 9, "bye"u8.ToArray(), [0, 3]);
        await runner.FinishAsync(lease, "error", exitCode: 1);

        var (outlog, log) = (await OutlogAsync(tenant, task), await tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/log"));

        Assert.Equal((200, "zwei ü\nthree and more"), (outlog.Status, outlog.Body));
        Assert.Equal("text/plain; charset=utf-8", outlog.Type);
        Assert.Equal("loading\nzwei ü\nwarning\nthree and morebye", log.Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_a_task_without_output_it_is_empty_also_of_one_that_never_ran()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var silent = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);
        var cancelled = await tenant.QueueAsync();
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{cancelled}/cancel", "{}");

        foreach (var task in new[] { silent, cancelled })
        {
            var outlog = await OutlogAsync(tenant, task);
            Assert.Equal((200, "", "text/plain; charset=utf-8"), (outlog.Status, outlog.Body, outlog.Type));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_the_last_attempts()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var first = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(first, "running");
        await runner.LogAsync(first, 0, "first");
        await runner.ReleaseAsync(leaving: false, first);
        var second = (await runner.ClaimOneAsync()).Lease;
        await runner.LogAsync(second, 0, "second");
        await runner.FinishAsync(second, "complete", exitCode: 0);

        Assert.Equal("second", (await OutlogAsync(tenant, task)).Body);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_long_one_comes_whole()
    {
        var (tenant, runner) = await WithRunnerAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var expected = new StringBuilder();
        for (var i = 0; i < 8; i++)
        {
            var output = new string((char)('a' + i), i % 2 == 0 ? 1 : 700_000);
            var data = Encoding.UTF8.GetBytes(output + new string('!', 1_000_000 - output.Length));
            Assert.Equal(200, (await runner.LogAsync(lease, i * 1_000_000, data, [output.Length, data.Length - output.Length])).Status);
            expected.Append(output);
        }

        await runner.FinishAsync(lease, "complete", exitCode: 0);

        Assert.Equal(expected.ToString(), (await OutlogAsync(tenant, task)).Body);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("must add up", 3, 2)]
    [InlineData("must add up", 3, 4)]
    [InlineData("must add up")]
    [InlineData("must add up", 2_147_483_647, 2_147_483_647, 8)]
    [InlineData("must be positive", -1, 7)]
    [InlineData("must be positive", 3, 0, 3)]
    [InlineData("must be positive", 3, 3, 0)]
    public async Task I12_runs_that_can_not_be_are_rejected_by_name(string why, params int[] runs)
    {
        var (tenant, runner) = await WithRunnerAsync();
        await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;

        var answer = await runner.LogAsync(lease, 0, "sixsix"u8.ToArray(), runs);

        Assert.Equal(400, answer.Status);
        Assert.Contains($"runs {why}", answer.Msg, StringComparison.Ordinal);
        Assert.Equal(200, (await runner.LogAsync(lease, 0, "sixsix"u8.ToArray(), [0, 6])).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task I12_there_may_be_only_so_many_runs_and_only_whole_numbers()
    {
        var (tenant, runner) = await WithRunnerAsync();
        await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        int[] most = [.. Enumerable.Repeat(1, LogUploadChunk.MaxRuns)];

        var tooMany = await runner.LogAsync(lease, 0, new byte[most.Length + 1], [.. most, 1]);
        var asMany = await runner.LogAsync(lease, 0, new byte[most.Length], most);
        var fraction = await runner.Api.PostAsync(
            "/runner/v1/log",
            $$$"""
            {"pieces":[{"lease":{"task_id":"{{{lease.TaskId}}}","attempt":1,"token":"{{{lease.Token}}}"},"offset":0,"data":"YWI=","runs":[0.5,1.5]}]}
            """);

        Assert.Equal((400, 200, 400), (tooMany.Status, asMany.Status, fraction.Status));
        Assert.Contains("runs", tooMany.Msg, StringComparison.Ordinal);
        Assert.Contains("runs", fraction.Msg, StringComparison.Ordinal);
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> WithRunnerAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster));
    }

    private static Task<ApiResponse> OutlogAsync(Tenant tenant, string task) =>
        tenant.Api.GetAsync($"{tenant.Project}/tasks/{task}/outlog");
}
