using System.Text.Json;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>A launcher from the command line of its operators.</summary>
public sealed class LauncherCommandsTests
{
    private const string Id = "5f5a7c1e00000000000001a1";
    private const string Older = "5f5a7c1e00000000000001a0";
    private const string Root = "/launcher/v1";

    private const string Live =
        $$"""
        {"id":"{{Id}}","credential_id":"ci\u001b[1m","state":"running","commit_hash":"0f3c9d","attempt":1,
         "created_at":"2030-01-02T03:04:05.678Z","deadline":"2030-01-02T04:04:05.678Z","cost":1}
        """;

    private const string Ended =
        $$"""
        {"id":"{{Older}}","credential_id":"ci","state":"ended","commit_hash":"abc","verdict":"failed","exit_code":3,"attempt":2,
         "created_at":"2030-01-01T00:00:00.000Z","deadline":"2030-01-01T00:00:00.000Z","cost":0.25}
        """;

    [Fact(Timeout = 10_000)]
    public async Task A_status_is_readable_at_a_glance()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Root}", FakeResponse.Json(
            $$$"""
            {"account":"nimbix","policy_version":"0123456789abcdef","enabled":true,"key_generation":"k1","key_refused":true,"live":2,"orphans":1,"foreign_jobs":3,
             "caps":{"account":4,"credential":3},"used_today":1.5,"used_this_month":20,"budget":{"month":500,"credential_day":10},
             "nonces":17,"audit":{"sequence":12,"hash":"ff00"},"launches":[{{{Live}}}]}
            """));

        var outcome = await test.RunAsync("launcher status");

        Assert.Equal(
            $"""
            Account:    nimbix
            Launching:  on
            Policy:     0123456789ab
            Key:        k1, which the provider REJECTED
            Live:       2 of 4, at most 3 with a credential
            Orphans:    1 jobs that no launch has: they are being ended
            Others:     3 live on the account, not counted
            Today:      1.50, no bound, at most 10.00 with a credential
            This month: 20.00 of 500.00
            Nonces:     17
            Audit:      12 records, the last ff00
            {Id}  running     2030-01-02T03:04:05Z  0f3c9d  ci  1.00

            """,
            outcome.Out);
        Assert.Equal("OAuth secret-token", test.Server.Single($"GET {Root}").Headers["Authorization"]);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_list_has_a_line_for_each_and_says_how_to_see_more()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Root}/runs", FakeResponse.Json($$"""{"runs":[{{Live}},{{Ended}}],"before":"{{Older}}"}"""));

        var outcome = await test.RunAsync($"launcher runs --limit 2 --before {TaskId}");

        Assert.Equal(
            $"""
            {Id}  running     2030-01-02T03:04:05Z  0f3c9d  ci  1.00
            {Older}  failed 3    2030-01-01T00:00:00Z  abc  ci  0.25

            """,
            outcome.Out);
        Assert.Contains($"--before {Older}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal($"?limit=2&before={TaskId}", test.Server.Single($"GET {Root}/runs").Query);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(true, "", "red")]
    [InlineData(true, "--raw", "\e[31mred")]
    [InlineData(false, "", "\e[31mred")]
    public async Task A_text_can_not_steer_the_terminal_of_who_reads_it(bool terminal, string flag, string expected)
    {
        await using var test = await StartAsync();
        test.OutputIsTerminal = terminal;
        test.Server.On($"GET {Root}/runs/{Older}", FakeResponse.Json(Ended));
        test.Server.On($"GET {Root}/runs/{Older}/log", FakeResponse.Text("\e[31m"), FakeResponse.Text("red"), FakeResponse.Text(""));

        Assert.Equal(expected, (await test.RunAsync($"launcher log {flag} {Older}")).Out);
        Assert.Equal(
            ["?attempt=2&offset=0", "?attempt=2&offset=5", "?attempt=2&offset=8"],
            test.Server.Requests.Where(request => request.Call == $"GET {Root}/runs/{Older}/log").Select(request => request.Query));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_followed_text_ends_with_its_launch()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Root}/runs/{Id}", FakeResponse.Json(Live), FakeResponse.Json(Live.Replace("running", "ended", StringComparison.Ordinal)));
        test.Server.On(
            $"GET {Root}/runs/{Id}/log", FakeResponse.Text("one\n"), FakeResponse.Text(""), FakeResponse.Text("two\n"), FakeResponse.Text(""));

        Assert.Equal((0, "one\ntwo\n"), await test.RunAsync($"launcher log --follow {Id}") is var outcome ? (outcome.ExitCode, outcome.Out) : default);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("\"state\":\"stopping\"", "is ordered to stop")]
    [InlineData("\"state\":\"ended\",\"verdict\":\"passed\"", "has ended: passed")]
    public async Task Cancelling_prints_the_command_and_does_not_wait(string state, string said)
    {
        await using var test = await StartAsync();
        test.Server.On($"POST {Root}/runs/{Id}/cancel", FakeResponse.Json($$"""{"id":"{{Id}}",{{state}}}"""));

        var outcome = await test.RunAsync($"launcher cancel {Id}");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.Single(test.Server.Requests);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("\"verified\":true", 0, "2 records, all as they were written")]
    [InlineData("\"verified\":false,\"first_broken\":2", ExitCodes.Failure, "NOT as it was written, from record 2 on")]
    public async Task An_audit_is_read_to_its_end_and_judged(string verdict, int exitCode, string said)
    {
        await using var test = await StartAsync();
        test.Server.On(
            $"GET {Root}/audit",
            FakeResponse.Json("""{"records":[{"sequence":1,"at":"2030-01-01T00:00:00Z","event":"refused","count":7,"reason":"wrong secret"}],"verified":true,"next":2}"""),
            FakeResponse.Json($$"""{"records":[{"sequence":2,"at":"2030-01-01T00:00:00Z","event":"ended","job_number":9,"cost":0.5}],{{verdict}}}"""));

        var outcome = await test.RunAsync("launcher audit");

        Assert.Equal(
            "1  2030-01-01T00:00:00Z  refused    7 times  wrong secret\n2  2030-01-01T00:00:00Z  ended      job 9  0.50\n", outcome.Out);
        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["?from=1&limit=1000", "?from=2&limit=1000"], test.Server.Requests.Select(request => request.Query));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_audit_of_several_pages_is_one_document()
    {
        await using var test = await StartAsync();
        test.Server.On(
            $"GET {Root}/audit",
            FakeResponse.Json("""{"records":[{"sequence":5,"event":"refused"}],"verified":false,"first_broken":5,"next":6}"""),
            FakeResponse.Json("""{"records":[{"sequence":6,"event":"ended"}],"verified":true}"""));

        var outcome = await test.RunAsync("launcher audit --from 5 --json");

        var document = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(ExitCodes.Failure, outcome.ExitCode);
        Assert.Equal((false, 5, 2), (
            document.GetProperty("verified").GetBoolean(), document.GetProperty("first_broken").GetInt64(), document.GetProperty("records").GetArrayLength()));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_control_plane_without_a_launcher_says_so()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Root}", FakeResponse.Error(404, "This silo has no launcher"));

        var outcome = await test.RunAsync("launcher status");

        Assert.Equal((ExitCodes.NotFound, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("has no launcher", outcome.Error, StringComparison.Ordinal);
    }
}
