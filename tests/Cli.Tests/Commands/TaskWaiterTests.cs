using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

public sealed class TaskWaiterTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("complete", "0", 0)]
    [InlineData("complete", null, 0)]
    [InlineData("error", "7", 7)]
    [InlineData("error", "255", 255)]
    [InlineData("error", null, 1)]
    [InlineData("error", "0", 1)]
    [InlineData("error", "256", 1)]
    [InlineData("timeout", "143", 1)]
    [InlineData("timeout", null, 1)]
    [InlineData("cancelled", "137", 1)]
    [InlineData("cancelled", null, 1)]
    [InlineData("killed", null, 1)]
    [InlineData("evicted", "9", 9)]
    public async Task The_programs_exit_code_is_the_tasks(string status, string? exitCode, int expected)
    {
        await using var test = await StartAsync();
        test.SetTask(
            "said\n",
            "queued",
            "preparing",
            "some-newer-state",
            $$"""
            {"id":"{{TaskId}}","status":"{{status}}","exit_code":{{exitCode ?? "null"}},
             "end_time":"2026-02-03T04:05:06Z"}
            """);

        var outcome = await test.RunAsync("worker queue --wait hello");

        Assert.Equal((expected, "said\n"), (outcome.ExitCode, outcome.Out));
        Assert.Contains($"{TaskId}: {status}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_task_that_ended_before_it_wrote_has_no_log_and_says_why()
    {
        await using var test = await StartAsync();
        test.Server.On(Get, FakeResponse.Json($$"""{"id":"{{TaskId}}","status":"error","msg":"image not found"}"""));

        var outcome = await test.RunAsync("worker queue --wait hello");

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("image not found", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_several_tasks_the_first_that_failed_decides_and_all_logs_are_printed()
    {
        await using var test = await StartAsync();
        test.Server.On(Queue, FakeResponse.Json("""{"tasks":[{"id":"a"},{"id":"b"},{"id":"c"}]}"""));
        foreach (var (id, code) in new[] { ("a", 0), ("b", 3), ("c", 4) })
        {
            var status = code == 0 ? "complete" : "error";
            test.Server.On(
                $"GET {Project}/tasks/{id}",
                FakeResponse.Json($$"""{"id":"{{id}}","status":"{{status}}","exit_code":{{code}}}"""));
            test.Server.On($"GET {Project}/tasks/{id}/log", FakeResponse.Text($"log of {id}\n"));
        }

        var outcome = await test.RunAsync("worker queue -n 3 -wait hello");

        Assert.Equal((3, "log of a\nlog of b\nlog of c\n"), (outcome.ExitCode, outcome.Out));
        Assert.Equal(3, test.Server.Single(Queue).Body.Split("code_name").Length - 1);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_log_is_printed_while_the_task_still_runs()
    {
        await using var test = await StartAsync();
        var end = new TaskCompletionSource();
        var ended = FakeResponse.Json($$"""{"id":"{{TaskId}}","status":"complete"}""") with { HeldUntil = end.Task };
        test.Server.On(Get, FakeResponse.Json($$"""{"id":"{{TaskId}}","status":"running"}"""), ended);
        test.Server.On(Log, FakeResponse.Text("one\n"), FakeResponse.Text("two\n", 206));

        var run = test.RunAsync("worker queue --wait hello");
        await ended.Requested.Task;
        var askedSoFar = test.Server.Requests.Count(request => request.Path.EndsWith("/log", StringComparison.Ordinal));
        end.SetResult();
        var outcome = await run;

        Assert.Equal(1, askedSoFar);
        Assert.Equal((0, "one\ntwo\n"), (outcome.ExitCode, outcome.Out));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_interruption_leaves_the_task_running_and_says_how_to_see_and_to_end_it()
    {
        await using var test = await StartAsync();
        using var interrupt = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var running = FakeResponse.Json("{}") with { HeldUntil = never.Task };
        test.Server.On(Get, running);

        var run = test.RunAsync("worker queue --wait hello", interrupt.Token);
        await running.Requested.Task;
        await interrupt.CancelAsync();
        var outcome = await run;

        Assert.Equal((ExitCodes.Interrupted, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains($"hybrid worker status {TaskId}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"hybrid worker cancel {TaskId}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(1, test.Server.Requests.Count(request => request.Method == "POST"));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_options_of_the_task_are_sent()
    {
        await using var test = await StartAsync();
        test.WriteFile("payload.json", """{"a":1}""");

        var outcome = await test.RunAsync(
            "worker queue -payload-file payload.json -priority 2 -timeout 60 -delay 5 -label nightly hello");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(
            """
            {"tasks":[{"code_name":"hello","payload":"{\u0022a\u0022:1}","priority":2,"timeout":60,"delay":5,
            "label":"nightly"}]}
            """.ReplaceLineEndings(""),
            test.Server.Single(Queue).Body);
    }
}
