using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Two runners of one cluster, of which one has a label, and is paused.</summary>
public sealed class RunnerLabelTests : ProgramTestBase
{
    [Fact(Timeout = 180_000)]
    public async Task I15_a_task_waits_for_the_runner_with_its_label_which_stays_paused_over_its_death()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var plain = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("anywhere", "true");
        await RunCliAsync(plane, "worker", "upload", "--name", "special", "--require", "gpu", "some/image", "true");

        // What came later runs before it, so that it was passed by.
        var first = await iron.QueueAsync("special");
        await iron.WaitForStatusAsync(await iron.QueueAsync("anywhere"), "complete");
        Assert.Contains("a runner with gpu", await RunCliAsync(plane, "worker", "status", first), StringComparison.Ordinal);

        (string, string)[] settings =
            [("LABELS", "zone=eu-1,gpu"), ("STATE_DIR", Path.Combine(plane.Folder, "gpu")), ("RUNNER_NAME", "gpu-box"), ("SLOTS", "2")];
        await using var gpu = plane.StartRunner(settings);
        await iron.WaitForStatusAsync(first, "complete");

        var id = (await GpuBoxAsync(plane))["id"]!.GetValue<string>();
        await RunCliAsync(plane, "cluster", "runner", "pause", plane.ConnectionValue("cluster_id"), id);
        var second = await iron.QueueAsync("special");
        await gpu.CrashAsync();
        await using var next = plane.StartRunner(settings);
        await next.WaitForLineAsync("leases taken over");
        await iron.WaitForStatusAsync(await iron.QueueAsync("anywhere"), "complete");

        var box = await GpuBoxAsync(plane);
        Assert.NotEqual(id, box["id"]!.GetValue<string>());
        Assert.Equal(("paused", """["gpu","zone=eu-1"]"""), (box["state"]!.GetValue<string>(), box["labels"]!.ToJsonString()));
        await iron.WaitForStatusAsync(second, "queued");

        await RunCliAsync(plane, "cluster", "runner", "resume", plane.ConnectionValue("cluster_id"), box["id"]!.GetValue<string>());
        await iron.WaitForStatusAsync(second, "complete");
    }

    private static async Task<JsonNode> GpuBoxAsync(ControlPlaneProcess plane)
    {
        var list = JsonNode.Parse(await RunCliAsync(plane, "cluster", "runner", "list", plane.ConnectionValue("cluster_id"), "--json"))!;
        return list["runners"]!.AsArray().Single(runner => runner!["name"]!.GetValue<string>() == "gpu-box")!;
    }

    private static async Task<string> RunCliAsync(ControlPlaneProcess plane, params string[] arguments)
    {
        await using var program = plane.StartCli(arguments);
        Assert.Equal(0, await program.WaitForExitAsync());
        return program.StandardOutput;
    }
}
