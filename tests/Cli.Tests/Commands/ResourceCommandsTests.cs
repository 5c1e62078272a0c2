using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

public sealed class ResourceCommandsTests
{
    [Fact(Timeout = 10_000)]
    public async Task A_new_cluster_comes_with_the_line_that_starts_a_runner()
    {
        await using var test = await StartAsync();
        test.Server.On("POST /2/clusters", FakeResponse.Json("""{"msg":"ok","cluster":{"id":"c1","name":"mine"}}"""));
        test.Server.On("GET /2/clusters/c1/credentials", FakeResponse.Json("""{"token":"s3cret.aHR0cHM"}"""));

        var outcome = await test.RunAsync("cluster create mine");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("Id:         c1\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Token:      s3cret.aHR0cHM\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("-e CLUSTER_ID=c1 -e CLUSTER_TOKEN=s3cret.aHR0cHM ", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--privileged", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Everything_about_a_code_package_travels()
    {
        await using var test = await StartAsync();
        test.WriteFile("settings.txt", "colour=blue");
        byte[] zip = [0x50, 0x4b, 3, 4, 0xff, 0];
        await File.WriteAllBytesAsync(Path.Combine(test.WorkingFolder, "hello.zip"), zip);

        var outcome = await test.RunAsync(
            "worker upload -name hello -zip hello.zip -config-file settings.txt -retries 3 -retries-delay 30 "
            + "-max-concurrency 5 -default-priority 1 --require gpu -require zone=eu-1 -e A=b=c --env-vars D= "
            + "python:3 python -u hello.py --json -name x");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("Code:       hello\nId:         c0de\nRevision:   4\n", outcome.Out);
        var request = test.Server.Single(Upload);
        Assert.Contains(
            """
            {"name":"hello","image":"python:3","command":"python -u hello.py --json -name x","config":"colour=blue",
            "max_concurrency":5,"retries":3,"retries_delay":30,"default_priority":1,"env_vars":{"A":"b=c","D":""},"required_labels":["gpu","zone=eu-1"]}
            """.ReplaceLineEndings(""),
            request.Body,
            StringComparison.Ordinal);
        Assert.True(request.Bytes.AsSpan().IndexOf(zip) > 0);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("""","command":"[\u0022sh\u0022,\u0022-c\u0022,\u0022echo hi; exit 7\u0022]"}"""", "sh", "-c", "echo hi; exit 7")]
    [InlineData(""","command":"ruby hello.rb"}""", "ruby hello.rb")]
    public async Task A_commands_words_stay_apart_and_a_single_one_is_the_whole_line(string json, params string[] command)
    {
        await using var test = await StartAsync();

        await test.RunAsync(["worker", "upload", "--name", "hello", "busybox", .. command]);

        Assert.Contains(json, test.Server.Single(Upload).Body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("--no-init ", true)]
    [InlineData("", false)]
    public async Task B6_a_program_that_must_be_process_1_says_so(string flag, bool told)
    {
        await using var test = await StartAsync();

        await test.RunAsync($"worker upload --name hello {flag}busybox up");

        var body = test.Server.Single(Upload).Body;
        Assert.Equal(told, body.Contains("\"init\":false", StringComparison.Ordinal));
        Assert.DoesNotContain("\"init\":true", body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_value_that_begins_with_an_at_sign_is_a_value()
    {
        await using var test = await StartAsync();

        await test.RunAsync("worker queue --payload @everyone hello");

        Assert.Contains("@everyone", test.Server.Single(Queue).Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_status_shows_what_there_is_to_say()
    {
        await using var test = await StartAsync();
        test.Server.On(Get, FakeResponse.Json(
            $$"""
            {"id":"{{TaskId}}","status":"error","msg":"exit code 3","exit_code":3,"code_name":"hello","code_rev":"4",
             "created_at":"2026-02-03T04:05:06.789Z","start_time":"0001-01-01T00:00:00Z","duration":1500}
            """));

        var outcome = await test.RunAsync($"worker status {TaskId}");

        Assert.Equal(
            $"""
            Task:       {TaskId}
            Code:       hello, revision 4
            Status:     error
            Message:    exit code 3
            Exit code:  3
            Queued:     2026-02-03T04:05:06Z
            Duration:   1500 ms

            """,
            outcome.Out);
    }

    [Fact(Timeout = 10_000)]
    public async Task Cancelling_says_which_task()
    {
        await using var test = await StartAsync();
        test.Server.On($"POST {Project}/tasks/{TaskId}/cancel", FakeResponse.Json("""{"msg":"Cancelled"}"""));

        var outcome = await test.RunAsync($"worker cancel {TaskId}");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains(TaskId, outcome.Error, StringComparison.Ordinal);
    }
}
