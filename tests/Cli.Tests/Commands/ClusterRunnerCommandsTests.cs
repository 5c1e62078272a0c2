using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>A cluster's runners from the command line, and what a task waits for.</summary>
public sealed class ClusterRunnerCommandsTests
{
    private const string Cluster = "/2/clusters/c1";

    private const string Stats =
        """
        {"cluster":{"runners_total":6,"instances":[
          {"instance_id":"r1","name":"box\u001b[1m","runners_total":4,"slots_used":3,"type":"LIVE","labels":["gpu","zone=eu-1"]},
          {"instance_id":"r2","name":"old","runners_total":1,"slots_used":1,"type":"LIVE","paused":true},
          {"instance_id":"r3","runners_total":1,"type":"KILL","paused":true},
          {"instance_id":"r4","name":"gone","runners_total":2,"type":"LIVE","lost":true,"updated_at":"2030-01-31T00:00:00.000Z"}]}}
        """;

    [Fact(Timeout = 10_000)]
    public async Task A_list_has_one_line_a_runner_with_its_state_and_labels()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Cluster}/stats", FakeResponse.Json(Stats));

        var people = await test.RunAsync("cluster runner list c1");
        var programs = await test.RunAsync("cluster runner list c1 --json");

        Assert.DoesNotContain('\e', people.Out);
        Assert.Matches(
            "^r1  active    3 of 4  box.*  gpu, zone=eu-1\nr2  paused    1 of 1  old\nr3  draining  0 of 1\n"
            + "r4  lost      0 of 2  gone +last seen 2030-01-31T00:00:00Z\n$",
            people.Out);
        Assert.Contains(
            """{"id":"r2","name":"old","state":"paused","slots":1,"slots_in_use":1,"labels":[],"last_seen":""}""", programs.Out, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("pause", "pause", "paused")]
    [InlineData("resume", "resume", "resumed")]
    [InlineData("drain", "terminate", "draining")]
    public async Task A_command_goes_to_all_runners_that_are_named(string verb, string call, string said)
    {
        await using var test = await StartAsync();
        test.Server.On($"POST {Cluster}/{call}", FakeResponse.Json("""{"msg":"done"}"""));

        var outcome = await test.RunAsync($"cluster runner {verb} c1 r1 r2");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains($"r1, r2: {said}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("""{"instance_ids":["r1","r2"]}""", test.Server.Single($"POST {Cluster}/{call}").Body);
        Assert.Equal(
            $$"""{"runners":["r1"],"state":"{{said}}"}""" + "\n", (await test.RunAsync($"cluster runner {verb} c1 r1 --json")).Out);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_rejection_by_the_server_is_printed_and_has_its_exit_code()
    {
        await using var test = await StartAsync();
        test.Server.On($"POST {Cluster}/pause", FakeResponse.Error(404, "Instance r9 not found"));

        var outcome = await test.RunAsync("cluster runner pause c1 r9");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("Instance r9 not found", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_status_of_a_task_tells_which_labels_nobody_has()
    {
        await using var test = await StartAsync();
        test.Server.On(
            Get,
            FakeResponse.Json(
                """{"id":"5f5a7c1e0000000000000001","status":"queued","required_labels":["gpu","zone=eu-1"],"missing_labels":["gpu"]}"""));

        var outcome = await test.RunAsync($"worker status {TaskId}");

        Assert.Contains("Requires:   gpu, zone=eu-1\n", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Waits for:  a runner with gpu: the cluster has none\n", outcome.Out, StringComparison.Ordinal);
    }
}
