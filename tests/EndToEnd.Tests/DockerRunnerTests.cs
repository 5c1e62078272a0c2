using System.Security.Cryptography;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>A runner with a key, of its own, on a real Docker engine.</summary>
public sealed class DockerRunnerTests : ProgramTestBase
{
    private static readonly string Key = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    [DockerFact(Timeout = 120_000)]
    public async Task I10_a_sealed_payload_is_read_inside_the_container_and_the_runners_secrets_are_not()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"), ("DECRYPTION_KEY", Key));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("read", "sh -c cat<$PAYLOAD_FILE;env", image: TestImages.Busybox);

        var task = await iron.WaitForStatusAsync(await iron.QueueAsync("read", Seal("sealed text")), "complete");

        var log = await iron.GetStringAsync(new Uri($"tasks/{task["id"]}/log", UriKind.Relative));
        Assert.Contains("sealed text", log, StringComparison.Ordinal);
        Assert.Contains("TASK_ID=", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("CLUSTER_TOKEN", log, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 120_000)]
    public async Task I11_a_payload_that_was_changed_or_not_sealed_or_sealed_by_another_key_ends_in_error()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"), ("DECRYPTION_KEY", Key));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("read", "cat", image: TestImages.Busybox);
        var changed = Convert.FromBase64String(Seal("sealed text"));
        changed[20] ^= 1;

        foreach (var payload in (string[])[Convert.ToBase64String(changed), "plain", "", SealWithAnother("sealed text")])
        {
            var task = await iron.WaitForStatusAsync(await iron.QueueAsync("read", payload), "error");
            Assert.Equal("payload not authentic", task["msg"]!.GetValue<string>());
            Assert.StartsWith("0001-01-01", task["start_time"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [DockerFact(Timeout = 120_000)]
    public async Task A_command_that_does_not_exist_ends_in_an_error_that_names_it()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("command", "no-such-command", image: TestImages.Busybox);

        var command = await iron.WaitForStatusAsync(await iron.QueueAsync("command"), "error");

        Assert.Contains("no-such-command", command["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 120_000)]
    public async Task F25_an_image_that_does_not_exist_ends_in_an_error_that_names_it_and_holds_nobody_up()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"), ("SLOTS", "2"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("none", "true", image: $"{registry.Host}/none:1");
        await iron.UploadAsync("nowhere", "true", image: "127.0.0.1:1/nowhere:1");
        await iron.UploadAsync("here", "true", image: TestImages.Busybox);
        var none = await iron.QueueAsync("none");
        var nowhere = await iron.QueueAsync("nowhere");

        await iron.WaitForStatusAsync(await iron.QueueAsync("here"), "complete");

        var missing = await iron.WaitForStatusAsync(none, "error");
        Assert.Contains($"{registry.Host}/none:1", missing["msg"]!.GetValue<string>(), StringComparison.Ordinal);
        await runner.WaitForLineAsync("The image 127.0.0.1:1/nowhere:1 did not come");
        await iron.WaitForStatusAsync(nowhere, "preparing");
    }

    [DockerFact(Timeout = 120_000)]
    public async Task I14_an_image_that_the_operator_does_not_allow_ends_at_once_and_one_that_is_shows_what_ran()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(
            ("EXECUTOR", "docker"), ("ALLOW_IMAGES", "orleans-hybrid/busybox:1"), ("TASK_PIDS", "33"), ("TASK_NETWORK", "none"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("other", "true", image: TestImages.BusyboxNobody);
        await iron.UploadAsync("allowed", "sh -c (cat${IFS}/sys/fs/cgroup/pids*/pids.max${IFS}/sys/fs/cgroup/pids.max)2>/dev/null;ls${IFS}/sys/class/net", image: TestImages.Busybox);

        var refused = await iron.WaitForStatusAsync(await iron.QueueAsync("other"), "error");
        var ran = await iron.WaitForStatusAsync(await iron.QueueAsync("allowed"), "complete");

        Assert.Equal(
            $"The image {TestImages.BusyboxNobody} may not run here: the operator of this runner does not allow it.",
            refused["msg"]!.GetValue<string>());
        Assert.Equal(1, refused["attempt"]!.GetValue<int>());
        Assert.Null(refused["image_digest"]);
        Assert.StartsWith("sha256:", ran["image_digest"]!.GetValue<string>(), StringComparison.Ordinal);
        var log = await iron.GetStringAsync(new Uri($"tasks/{ran["id"]}/log", UriKind.Relative));
        Assert.Contains("33\n", log, StringComparison.Ordinal);
        Assert.EndsWith("lo\n", log, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", log, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 120_000)]
    public async Task F7_a_task_whose_engine_goes_away_and_comes_back_runs_once_and_to_its_end()
    {
        await using var engine = new SocketForwarder(TestImages.Socket);
        engine.Start();
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(
            ("EXECUTOR", "docker"), ("SLOTS", "2"), ("DOCKER_HOST", $"unix://{engine.Path}"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("long", "sh -c echo${IFS}begun;sleep${IFS}8", image: TestImages.Busybox);
        await iron.UploadAsync("short", "true", image: TestImages.Busybox);
        var running = await iron.QueueAsync("long");
        await iron.WaitForOutputAsync(running);

        await engine.StopAsync();
        await runner.WaitForLineAsync("The engine is away; container");
        var waiting = await iron.QueueAsync("short");
        await runner.WaitForLineAsync("pausing claims");
        engine.Start();
        await runner.WaitForLineAsync("The engine is back");

        var task = await iron.WaitForStatusAsync(running, "complete");
        Assert.Equal(1, task["attempt"]!.GetValue<int>());
        Assert.Equal("begun\n", await iron.GetStringAsync(new Uri($"tasks/{running}/log", UriKind.Relative)));
        await iron.WaitForStatusAsync(waiting, "complete");
    }

    private static string Seal(string text) => Seal(text, Key);

    private static string SealWithAnother(string text) => Seal(text, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    private static string Seal(string text, string hex)
    {
        Assert.True(SymmetricKey.TryParse(hex, out var key, out var problem), problem);
        using (key)
        {
            return SymmetricSeal.Seal(System.Text.Encoding.UTF8.GetBytes(text), key!);
        }
    }
}
