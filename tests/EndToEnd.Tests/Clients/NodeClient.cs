using System.Diagnostics;
using Orleans.Hybrid.EndToEnd.Tests.Programs;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.EndToEnd.Tests.Clients;

/// <summary>The Node client as it is published on npm, against a control plane and a runner as processes.</summary>
public sealed class NodeClient : ProgramTest
{
    private const string Package = "iron_worker@0.1.8";

    [RealClientsFact(Timeout = 300_000)]
    public async Task It_goes_through_its_calls_unmodified()
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-node-");
        await RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", Package);
        await using var plane = await ControlPlane.StartAsync("--runtime-images", "sh=some/image");
        await using var runner = plane.Runner();
        using var iron = plane.Iron();
        await iron.UploadAsync("hello", """["sh", "-c", "echo \"got $(cat $PAYLOAD_FILE)\""]""");
        var script = Path.Combine(folder.FullName, "node.js");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "node.js"), script);
        var url = new Uri(plane.Url);

        var said = await RunAsync(
            folder, "node", script, url.Host, $"{url.Port}", plane.Text("token"), plane.Text("project_id"), plane.Text("cluster_id"), "hello");

        Assert.Equal(
            ["ok codes", "ok tasks", "ok zip", "ok cancel", "ok schedules", "ok clusters", "ok mistakes", "ok all"],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
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
        ChildGuard.Shared.Watch(process);
        var (said, trouble) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{await said}{await trouble}");
        return await said;
    }
}
