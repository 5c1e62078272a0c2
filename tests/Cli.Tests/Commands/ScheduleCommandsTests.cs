using System.Text;
using System.Text.Json;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>Schedules from the command line.</summary>
public sealed class ScheduleCommandsTests
{
    private const string Key = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    [Theory(Timeout = 10_000)]
    [InlineData("-", "")]
    [InlineData("--", "")]
    [InlineData("-", "=")]
    public async Task The_published_flags_are_sent_as_they_are_meant(string dash, string equals)
    {
        await using var test = await StartAsync();
        string[] flags =
        [
            "payload", "text", "priority", "1", "timeout", "61", "delay", "5", "max-concurrency", "2", "run-times", "3",
            "run-every", "60", "start-at", "2030-01-01T00:00:00+02:00", "end-at", "2031-01-01T00:00:00Z", "cluster", "c1",
        ];
        var args = flags.Chunk(2).SelectMany(
            flag => equals.Length > 0 ? [$"{dash}{flag[0]}={flag[1]}"] : new[] { $"{dash}{flag[0]}", flag[1] });

        var outcome = await test.RunAsync([.. "worker schedule".Split(' '), .. args, "hello.rb"]);

        Assert.Equal((0, $"{ScheduleId}\n"), (outcome.ExitCode, outcome.Out));
        Assert.Equal(
            """
            {"schedules":[{"code_name":"hello.rb","payload":"text","start_at":"2029-12-31T22:00:00.000Z","delay":5,
            "run_every":60,"run_times":3,"end_at":"2031-01-01T00:00:00.000Z","priority":1,"timeout":61,"max_concurrency":2,
            "cluster":"c1"}]}
            """.ReplaceLineEndings(""),
            test.Server.Single(Schedule).Body);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cron_line_and_its_zone_are_ours()
    {
        await using var test = await StartAsync();

        await test.RunAsync(
            ["worker", "schedule", "--cron", "0 9 * * MON-FRI", "--timezone", "Europe/Berlin", "--name", "n", "hello.rb"]);

        var sent = Sent(test);
        Assert.Equal("0 9 * * MON-FRI", sent.GetProperty("cron").GetString());
        Assert.Equal("Europe/Berlin", sent.GetProperty("timezone").GetString());
        Assert.False(sent.TryGetProperty("run_every", out _));
    }

    [Fact(Timeout = 10_000)]
    public async Task Without_a_payload_it_sends_an_empty_object_as_the_published_one_does()
    {
        await using var test = await StartAsync();

        await test.RunAsync("worker schedule -run-every 60 hello.rb");

        Assert.Equal("{}", Sent(test).GetProperty("payload").GetString());
    }

    [Fact(Timeout = 10_000)]
    public async Task With_a_key_the_payload_is_sealed()
    {
        await using var test = await StartAsync();
        test.Variables["HYBRID_ENCRYPTION_KEY"] = Key;
        var file = test.WriteFile("payload.txt", "secret text");

        await test.RunAsync($"worker schedule -run-every 60 -payload-file '{file}' hello.rb");

        var payload = Sent(test).GetProperty("payload").GetString()!;
        Assert.DoesNotContain("secret", test.Server.Single(Schedule).Body, StringComparison.Ordinal);
        Assert.True(SymmetricKey.TryParse(Key, out var key, out _));
        Assert.True(Envelope.TryOpen(Encoding.UTF8.GetBytes(payload), _ => key, out var opened, out _));
        Assert.Equal(("secret text", "*"), (Encoding.UTF8.GetString(opened.Plaintext), opened.Header.Runs));
        key.Dispose();
    }

    [Theory(Timeout = 10_000)]
    [InlineData("worker schedule --start-at tomorrow hello.rb", "--start-at takes a time such as")]
    [InlineData("worker schedule --end-at 2030-01-01 hello.rb", "--end-at takes a time such as")]
    [InlineData("worker schedule --run-every 60 --cron @daily hello.rb", "give --run-every or --cron, not both")]
    [InlineData("worker schedule", "CODE is missing: ")]
    public async Task Contradictory_options_are_reported_before_anything_is_sent(string line, string why)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal((ExitCodes.UsageError, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_list_has_a_line_for_each()
    {
        await using var test = await StartAsync();
        test.Server.On($"GET {Project}/schedules", FakeResponse.Json(
            """
            {"schedules":[
              {"id":"a","status":"scheduled","code_name":"one","run_every":60,"next_start":"2030-01-02T03:04:05.678Z"},
              {"id":"b","status":"scheduled","paused":true,"code_name":"two","cron":"@daily"},
              {"id":"c","status":"error","code_name":"three","msg":"gone"}]}
            """));

        var outcome = await test.RunAsync("worker schedules");

        Assert.Equal(
            """
            a  scheduled  2030-01-02T03:04:05Z  one  (every 60 s)
            b  paused     -                     two  (@daily in UTC)
            c  error      -                     three  (once)  gone

            """,
            outcome.Out);
    }

    private static JsonElement Sent(CliFixture test) =>
        JsonDocument.Parse(test.Server.Single(Schedule).Bytes).RootElement.GetProperty("schedules")[0];
}
