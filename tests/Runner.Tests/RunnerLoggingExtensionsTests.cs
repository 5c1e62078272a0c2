using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansHybrid.Runner.Configuration;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>The program's log on standard output, whoever wrote a part of it (S24).</summary>
[SupportedOSPlatform("linux")]
public sealed partial class RunnerLoggingExtensionsTests : IDisposable
{
    // The name comes from the control plane: what may be in it is that one's affair.
    private const string Forging = "name\n2026-01-01T00:00:00Z info: forged[1] all is well\r\u001b[2J\u0085\u2028\u202eend";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task As_text_nothing_begins_a_line_but_the_runner_and_what_it_is_made_of()
    {
        var lines = await RunAsync(("LOG_FORMAT", "text"), ("LOG_LEVEL", "debug"));

        Assert.All(lines, line => Assert.Matches(Line(), line));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.DoesNotContain(lines, line => line.Contains(" forged[1] ", StringComparison.Ordinal) && !line.Contains("name 2026"));
        Assert.Contains(lines, line => line.Contains(@"name 2026-01-01T00:00:00Z info: forged[1] all is well \u001b[2J  \u202eend started"));
    }

    [Fact(Timeout = 60_000)]
    public async Task As_json_each_line_is_an_object_with_time_level_event_message_and_fields()
    {
        var lines = await RunAsync(("LOG_FORMAT", "json"), ("LOG_LEVEL", "debug"));

        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var begins = Assert.Single(events, one => one.GetProperty("EventId").GetInt32() == 30);
        Assert.Equal(("Debug", 1), (
            begins.GetProperty("LogLevel").GetString(),
            begins.GetProperty("State").GetProperty("Attempt").GetInt32()));
        Assert.Equal(Forging, begins.GetProperty("State").GetProperty("Code").GetString());
        Assert.Contains(Forging, begins.GetProperty("Message").GetString(), StringComparison.Ordinal);
        Assert.All(events, one => Assert.StartsWith("Orleans", one.GetProperty("Category").GetString(), StringComparison.Ordinal));
        Assert.All(events, one => Assert.EndsWith("Z", one.GetProperty("Timestamp").GetString(), StringComparison.Ordinal));
        Assert.All(events, one => Assert.InRange(one.GetProperty("Timestamp").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow));
        Assert.All(lines, line => Assert.DoesNotContain(line, c => c is < ' ' or > '~'));
    }

    [Fact]
    public void A_format_that_there_is_not_is_rejected() => Assert.StartsWith(
        "LOG_FORMAT",
        Assert.Throws<ConfigurationException>(
            () => RunnerArguments.Read(RunnerArguments.Read(["--log-format", "xml"], _ => null), MonitoringSettings.ReadLogFormat)).Message,
        StringComparison.Ordinal);

    private async Task<IReadOnlyList<string>> RunAsync(params (string Name, string Value)[] environment)
    {
        await using var plane = await FakeControlPlane.StartAsync();
        await using var program = RunnerProgram.Start(plane, _folder.FullName, [.. environment, ("ONCE", "1")]);
        plane.Offer(TaskAssignments.New("echo hello") with { Command = "sh payload", CodeName = Forging });

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Empty(await program.Errors);
        Assert.DoesNotContain(FakeControlPlane.ClusterToken, program.Output, StringComparison.Ordinal);
        return program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (dbug|info|warn|fail|crit): Orleans(?:Hybrid)?\.[\w.]+\[\d+\] ")]
    private static partial Regex Line();
}
