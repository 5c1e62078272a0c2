using System.Runtime.Versioning;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>The start of <c>up</c> and of a runner: open ports, and output.</summary>
[SupportedOSPlatform("linux")]
public sealed class StartupTests : ProgramTestBase, IDisposable
{
    private static readonly Dictionary<string, string?> NoDocker = new() { ["DOCKER_HOST"] = "unix:///nowhere/docker.sock" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-e2e");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task V2_up_with_a_runner_listens_on_its_web_address_and_nothing_else()
    {
        var port = FreePorts.Next();
        await using var up = Up("--executor", "process", "--urls", $"http://127.0.0.1:{port}");
        await up.WaitForLineAsync("ready at");
        await up.WaitForLineAsync("Session ");

        Assert.Equal([$"0100007F:{port:X4}"], ListeningSockets.Of(up.Id));
        up.Terminate();
        Assert.Equal(0, await up.WaitForExitAsync());
    }

    // A runner lets no other program of its user look into it: only root sees its sockets.
    [RootFact(Timeout = 120_000)]
    public async Task V2_a_runner_listens_on_nothing()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner();
        await runner.WaitForLineAsync("Session ");

        Assert.Empty(ListeningSockets.Of(runner.Id));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_Docker_engine_up_says_so_once_with_a_remedy_and_runs_tasks_as_processes()
    {
        await using var up = Up("--urls", "http://127.0.0.1:0");
        await up.WaitForLineAsync("Session ");

        var lines = up.Output.Split('\n');
        var said = Assert.Single(lines, line => line.Contains("no security boundary", StringComparison.Ordinal));
        Assert.Contains("no Docker engine", said, StringComparison.Ordinal);
        Assert.Contains("DOCKER_HOST", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Docker_that_was_asked_for_by_name_and_is_not_there_is_an_error()
    {
        await using var up = Up("--executor", "docker", "--urls", "http://127.0.0.1:0");

        Assert.Equal(78, await up.WaitForExitAsync());
        Assert.Contains("--executor", up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task B11_a_start_says_what_a_person_needs_and_nothing_of_what_it_is_made_of()
    {
        await using var up = Up("--executor", "process", "--urls", "http://127.0.0.1:0");
        await up.WaitForLineAsync("Session ");

        Assert.Contains("connection.json", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Watchdog", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Polly", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Orleans.Dashboard", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Orleans.Runtime", up.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" warn: ", up.Output, StringComparison.Ordinal);
        Assert.InRange(up.Output.Split('\n').Length, 4, 8);
    }

    [Fact(Timeout = 120_000)]
    public async Task V1_a_silo_keeps_its_keys_in_its_data_folder_and_none_in_the_home_folder()
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder.FullName, "home"));
        await using var plane = new RunningProgram(
            "Silo",
            ["up", "--no-runner", "--data", Path.Combine(_folder.FullName, "data"), "--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string?> { ["HOME"] = home.FullName });
        var ready = await plane.WaitForLineAsync("ready at");
        using var http = new HttpClient();

        var page = await http.GetStringAsync(new Uri(new Uri(ready[ready.IndexOf("http", StringComparison.Ordinal)..].Split(',')[0]), "/sign-in"));

        Assert.Contains("form_token", page, StringComparison.Ordinal);
        Assert.DoesNotContain(home.EnumerateFiles("*", SearchOption.AllDirectories), file => file.Name.Contains("key", StringComparison.OrdinalIgnoreCase));
    }

    private RunningProgram Up(params string[] arguments) => new("Silo", ["up", "--data", _folder.FullName, .. arguments], NoDocker);
}
