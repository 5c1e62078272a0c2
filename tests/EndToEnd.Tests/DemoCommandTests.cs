using System.Text.Json;
using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>The demo, as a newcomer runs it.</summary>
public sealed class DemoCommandTests : ProgramTestBase
{
    private static readonly Dictionary<string, string?> NoDocker = new() { ["DOCKER_HOST"] = "unix:///nowhere/docker.sock" };

    [Fact(Timeout = 120_000)]
    public async Task It_shows_seven_of_seven_without_a_docker_engine_and_says_so()
    {
        await using var demo = new RunningProgram("Silo", ["demo"], NoDocker);

        Assert.True(await demo.WaitForExitAsync() == 0, demo.Output);
        var lines = demo.Output.Split('\n');
        Assert.StartsWith("store SQLite | executor process (", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("7 of 7 in ", lines[^1], StringComparison.Ordinal);
        Assert.Contains("Hello, world", demo.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_at_once_and_without_a_home_folder_do_not_meet()
    {
        var homeless = new Dictionary<string, string?>(NoDocker) { ["HOME"] = null, ["XDG_STATE_HOME"] = null };
        await using var one = new RunningProgram("Silo", ["demo"], homeless);
        await using var other = new RunningProgram("Silo", ["demo"], homeless);

        Assert.All(await Task.WhenAll(one.WaitForExitAsync(), other.WaitForExitAsync()), exitCode => Assert.Equal(0, exitCode));
    }

    [Fact(Timeout = 120_000)]
    public async Task As_json_it_writes_exactly_one_document()
    {
        await using var demo = new RunningProgram("Silo", ["demo", "--json"], NoDocker);

        Assert.Equal(0, await demo.WaitForExitAsync());
        using var document = JsonDocument.Parse(demo.StandardOutput);
        Assert.Equal(7, document.RootElement.GetProperty("passed").GetInt32());
        Assert.Equal(7, document.RootElement.GetProperty("steps").GetArrayLength());
    }
}
