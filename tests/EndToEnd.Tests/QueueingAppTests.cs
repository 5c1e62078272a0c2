using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>The sample app as a process of its own: ten tasks queued, followed to their ends, their logs printed.</summary>
public sealed class QueueingAppTests : ProgramTestBase
{
    private static Dictionary<string, string?> Certificate =>
        TestCertificates.Shared.App.Settings.ToDictionary(each => each.Name, string? (each) => each.Value);

    [Fact(Timeout = 120_000)]
    public async Task It_works_over_http()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();

        await ShouldWorkAsync(plane);
    }

    [TwoSilosFact(Timeout = 120_000)]
    public async Task It_works_as_a_client_at_a_gateway()
    {
        await using var server = await PostgresServer.StartNewAsync();
        var database = Path.GetTempFileName();
        await File.WriteAllTextAsync(database, await server.CreateDatabaseAsync("apps"));
        var ports = FreePorts.Take(2);
        await using var plane = await ControlPlaneProcess.StartAsync(
            "--postgres-file", database, "--silo", $"127.0.0.1:{ports[0]}:{ports[1]}",
            "--certificates", TestCertificates.Shared.Silo.Folder);

        await ShouldWorkAsync(plane, "--grains", $"127.0.0.1:{ports[1]}");
    }

    [Fact(Timeout = 120_000)]
    public async Task It_says_how_to_call_it()
    {
        await using var app = new RunningProgram("QueueingApp", ["--help"]);

        Assert.Equal(2, await app.WaitForExitAsync());
        Assert.Contains("usage:", app.Output, StringComparison.Ordinal);
    }

    /// <summary>Runs the app against a control plane with one runner.</summary>
    private static async Task ShouldWorkAsync(ControlPlaneProcess plane, params string[] how)
    {
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("read", "sh -c cat<$PAYLOAD_FILE;echo");
        var connection = Path.Combine(plane.Folder, "connection.json");

        await using var app = new RunningProgram("QueueingApp", ["--connection", connection, .. how, "read"], Certificate);

        Assert.True(await app.WaitForExitAsync() == 0, app.Output);
        var lines = app.StandardOutput.Split('\n');
        Assert.Equal("10 tasks queued", lines[0]);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"task {i}"), lines.Where(line => line.StartsWith("task ", StringComparison.Ordinal)));
        Assert.Contains("10 of 10 complete", lines);
    }
}
