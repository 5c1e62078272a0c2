using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>The program itself, as a process of its own (S31, S32, W5).</summary>
[SupportedOSPlatform("linux")]
public sealed class RunnerHostTests : IDisposable
{
    private const string KeyText = "a1b29c04e5f6d7183b6a4f5c0e7e8291";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task A_broken_key_ends_it_with_78_and_a_line_that_names_the_setting_and_not_the_value()
    {
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", "x"), ("API_URL", "https://a.test"),
            ("DECRYPTION_KEY", "deadbeef"));

        var said = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Equal(78, program.ExitCode);
        Assert.StartsWith("DECRYPTION_KEY", said, StringComparison.Ordinal);
        Assert.DoesNotContain("deadbeef", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_policy_that_is_half_understood_ends_it_with_78_and_the_place()
    {
        var policy = Path.Combine(_folder.FullName, "policy.json");
        await File.WriteAllTextAsync(policy, "{\n  \"others\": \"run\",\n  \"rules\": [{ \"images\": [\"a\"], \"privileged\": true }]\n}");
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", "x"), ("API_URL", "https://a.test"),
            ("POLICY_FILE", policy));

        var said = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Equal(78, program.ExitCode);
        Assert.StartsWith($"POLICY_FILE {policy}: line 3, rules[0].privileged is unknown", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_the_socket_its_image_ends_by_itself_with_78_and_the_line_that_mounts_it()
    {
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", "tell-nobody"),
            ("API_URL", "https://a.test"), ("DECRYPTION_KEY", KeyText), ("SLOTS", "3"), ("RUNNER_NAME", "it's mine"),
            ("RUNNER_IMAGE", "here.test/runner:7"), ("DOCKER_HOST", "unix:///no/such.sock"));

        var said = (await program.StandardError.ReadToEndAsync()).TrimEnd().Split('\n');
        await program.WaitForExitAsync();
        Assert.Equal(78, program.ExitCode);
        Assert.Equal(2, said.Length);
        Assert.StartsWith("/no/such.sock is not in this container", said[0], StringComparison.Ordinal);
        Assert.Equal(
            "docker run -d --restart unless-stopped -v /no/such.sock:/no/such.sock "
            + $"-e CLUSTER_ID={new string('1', 24)} -e CLUSTER_TOKEN -e DECRYPTION_KEY -e API_URL=https://a.test -e SLOTS=3 "
            + $"-e 'RUNNER_NAME=it'\\''s mine' -e DOCKER_HOST=unix:///no/such.sock here.test/runner:7",
            said[1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_that_Docker_made_in_the_sockets_place_is_told_from_a_missing_mount()
    {
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", "tell-nobody"),
            ("API_URL", "https://a.test"), ("RUNNER_IMAGE", "runner"), ("DOCKER_HOST", $"unix://{_folder.FullName}"));

        var said = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.Equal(78, program.ExitCode);
        Assert.StartsWith($"{_folder.FullName} is a folder", said, StringComparison.Ordinal);
        Assert.DoesNotContain("tell-nobody", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_works_with_two_values_keeps_its_secrets_to_itself_and_drains_at_the_first_signal()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        Assert.True(SymmetricKey.TryParse(KeyText, out var key, out _));
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", TokenFor(plane)),
            ("DECRYPTION_KEY", KeyText), ("EXECUTOR", "process"), ("STATE_DIR", _folder.FullName));
        var saying = program.StandardOutput.ReadToEndAsync();
        var order = TaskAssignments.New(SymmetricSeal.Seal("sleep 0.2; cat /proc/$PPID/environ; echo done"u8, key)) with
        {
            Command = "sh payload",
        };
        plane.Offer(order);
        var environ = await RunningAsync(plane, program);
        _ = Posix.Signal(program.Id, Posix.SigTerm);

        var result = Assert.Single((await plane.Finishes.NextAsync()).Results);
        await program.WaitForExitAsync();
        var log = Encoding.UTF8.GetString([.. plane.StoredLogs[order.Lease.TaskId]]);
        Assert.Equal(("complete", 0), (result.Status, program.ExitCode));
        Assert.True((await plane.Releases.NextAsync()).Leaving);
        Assert.Contains("done\n", log, StringComparison.Ordinal);
        foreach (var text in new[] { environ, log, await saying })
        {
            Assert.DoesNotContain(KeyText, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(FakeControlPlane.ClusterToken, text, StringComparison.Ordinal);
        }
    }

    // Only root sees what a runner listens on: to its own user it is shut.
    [RootFact(Timeout = 30_000)]
    public async Task S31_it_listens_on_nothing_that_a_task_could_reach()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var program = Start(("CLUSTER_ID", new string('1', 24)), ("CLUSTER_TOKEN", TokenFor(plane)),
            ("EXECUTOR", "process"), ("STATE_DIR", _folder.FullName));
        await plane.Claims.NextAsync();

        var listening = ListeningSockets.Of(program.Id);
        _ = Posix.Signal(program.Id, Posix.SigTerm);
        await program.WaitForExitAsync();

        Assert.Empty(listening);
        Assert.NotEmpty(ListeningSockets.Of(Environment.ProcessId));
    }

    private static async Task<string> RunningAsync(FakeControlPlane plane, Process program)
    {
        await plane.Heartbeats.NextAsync();
        try
        {
            return await File.ReadAllTextAsync($"/proc/{program.Id}/environ");
        }
        catch (UnauthorizedAccessException)
        {
            // Only root sees anything there.
            return "";
        }
    }

    private static string TokenFor(FakeControlPlane plane) =>
        $"{FakeControlPlane.ClusterToken}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(plane.Address.ToString()))}";

    private static Process Start(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(MachinePrograms.Dotnet, [typeof(RunnerHost).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ChildProcessGuard.Shared.Start(start);
    }
}
