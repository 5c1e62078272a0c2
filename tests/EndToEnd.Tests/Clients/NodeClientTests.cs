using System.Diagnostics;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Clients;

/// <summary>The Node client as it is published on npm, against a control plane and a runner as processes.</summary>
public sealed class NodeClientTests : ProgramTestBase
{
    private const string Package = "iron_worker@0.1.8";

    [RealClientsFact(Timeout = 300_000)]
    public async Task It_goes_through_its_calls_unmodified()
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-node-");
        await RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", Package);
        await using var plane = await ControlPlaneProcess.StartAsync("--runtime-images", "sh=some/image");
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", """["sh", "-c", "echo \"got $(cat $PAYLOAD_FILE)\""]""");
        var script = Path.Combine(folder.FullName, "node.js");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "node.js"), script);
        var url = new Uri(plane.Url);

        var said = await RunAsync(
            folder, "node", script, url.Host, $"{url.Port}", plane.ConnectionValue("token"), plane.ConnectionValue("project_id"), plane.ConnectionValue("cluster_id"), "hello");

        Assert.Equal(
            ["ok codes", "ok tasks", "ok zip", "ok cancel", "ok schedules", "ok clusters", "ok mistakes", "ok all"],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        folder.Delete(recursive: true);
    }

    [RealClientsFact(Timeout = 300_000)]
    public async Task C9_it_finds_its_way_by_the_iron_json_that_up_wrote_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-node-");
        await RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", Package);
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");
        File.Copy(Path.Combine(plane.Folder, "iron.json"), Path.Combine(folder.FullName, "iron.json"));

        var said = await RunAsync(folder, "node", "-e", """
            const { Client } = require('iron_worker');
            new Client().codesList({}, (error, codes) => {
              if (error) { throw error; }
              console.log(codes.map((code) => code.name).join());
            });
            """);

        Assert.Equal("hello", said.Trim());
        folder.Delete(recursive: true);
    }

    /// <summary>Runs a program to its end, in a home that holds no settings; gives its standard output.</summary>
    private static async Task<string> RunAsync(DirectoryInfo folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (program == "node")
        {
            start.Environment["HOME"] = folder.FullName;
        }

        using var process = Process.Start(start)!;
        ChildProcessGuard.Shared.Watch(process);
        var (said, trouble) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{await said}{await trouble}");
        return await said;
    }
}
