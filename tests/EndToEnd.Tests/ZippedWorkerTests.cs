using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Workers in zips, from their upload to their log (X3, X4, C8).</summary>
public sealed class ZippedWorkerTests : ProgramTestBase
{
    // More than one piece of the runner protocol, and no two alike.
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(5 << 19);

    [Fact(Timeout = 120_000)]
    public async Task X4_a_worker_in_a_zip_runs_in_a_process() => await RunAsync("process");

    [DockerFact(Timeout = 120_000)]
    public async Task X4_a_worker_in_a_zip_runs_in_a_container() => await RunAsync("docker");

    [DockerFact(Timeout = 120_000)]
    public async Task X3_a_command_runs_in_the_folder_that_its_zip_is_unpacked_to()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"));
        using var iron = plane.CreateIronClient();
        var code = new JsonObject { ["name"] = "command", ["image"] = TestImages.Busybox, ["command"] = "./bin/hello" };
        await iron.UploadAsync(code, Zip(("bin/hello", "#!/bin/sh\npwd; cat $PAYLOAD_FILE"u8.ToArray())));

        var task = await iron.WaitForStatusAsync(await iron.QueueAsync("command", "the payload"), "complete");

        Assert.Equal("/mnt/task\nthe payload", await LogAsync(iron, task));
    }

    private static async Task RunAsync(string executor)
    {
        await using var plane = await ControlPlaneProcess.StartAsync("--runtime-images", $"sh={TestImages.Busybox}");
        await using var runner = plane.StartRunner(("EXECUTOR", executor));
        using var iron = plane.CreateIronClient();
        var code = new JsonObject { ["name"] = "legacy", ["runtime"] = "sh", ["file_name"] = "__runner__.sh", ["config"] = "the config" };
        var script = """cat "$6"; echo; cat "$8"; echo; sha256sum data/random | cut -c1-64"""u8.ToArray();
        await iron.UploadAsync(code, Zip(("__runner__.sh", script), ("data/random", Data)));

        foreach (var payload in (string[])["first", "second"])
        {
            var task = await iron.WaitForStatusAsync(await iron.QueueAsync("legacy", payload), "complete");
            Assert.Equal($"{payload}\nthe config\n{Sum()}\n", await LogAsync(iron, task));
        }
    }

    private static Task<string> LogAsync(HttpClient iron, JsonNode task) =>
        iron.GetStringAsync(new Uri($"tasks/{task["id"]}/log", UriKind.Relative));

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = 0x81ed << 16;
                using var file = entry.Open();
                file.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static string Sum() => Convert.ToHexStringLower(SHA256.HashData(Data));
}
