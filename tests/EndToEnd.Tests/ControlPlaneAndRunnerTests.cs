using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Control plane, runner and command line as separate processes.</summary>
public sealed class ControlPlaneAndRunnerTests : ProgramTestBase
{
    [Fact(Timeout = 120_000)]
    public async Task A_task_queued_from_the_command_line_runs_and_its_exit_code_comes_back()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner();
        Assert.Equal(0, await RunAsync(plane, "worker", "upload", "--name", "three", "some/image", "sh -c exit$IFS$0 3"));

        await using var queue = plane.StartCli("worker", "queue", "--wait", "three");

        Assert.Equal(3, await queue.WaitForExitAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_sealed_payload_is_stored_sealed_and_read_by_the_task_in_clear()
    {
        const string key = "4be7d0a1936c25f88e1b50cf37d94a62";
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("DECRYPTION_KEY", key));
        Assert.Equal(0, await RunAsync(plane, "worker", "upload", "--name", "read", "some/image", "sh -c cat<$PAYLOAD_FILE"));

        await using var queue = plane.StartCli(
            "worker", "queue", "--encryption-key", key, "--payload", "for your eyes only", "--wait", "read");

        Assert.Equal(0, await queue.WaitForExitAsync());
        Assert.Contains("for your eyes only", queue.StandardOutput, StringComparison.Ordinal);
        var stored = await File.ReadAllBytesAsync(Path.Combine(plane.Folder, "hybrid.db"));
        Assert.False(stored.AsSpan().IndexOf("for your eyes only"u8) >= 0, "the control plane's file holds the plain payload");
        Assert.DoesNotContain(key, runner.Output + plane.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 120_000)]
    public async Task F4_a_task_whose_runner_is_killed_is_ended_by_another()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 5", leaseSeconds: 5);
        await using var first = plane.StartRunner();
        var id = await iron.QueueAsync("work");
        await iron.WaitForStatusAsync(id, "running");

        await first.CrashAsync();
        await using var second = plane.StartRunner();

        var task = await iron.WaitForStatusAsync(id, "complete");
        Assert.Equal(2, task["attempt"]!.GetValue<int>());
    }

    [Fact(Timeout = 120_000)]
    public async Task I2_what_was_acknowledged_outlives_a_killed_control_plane()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");
        var acknowledged = new List<string>();
        var queueing = Task.Run(async () =>
        {
            try
            {
                while (acknowledged.Count < 5_000)
                {
                    acknowledged.Add(await iron.QueueAsync("hello"));
                }
            }
            catch (HttpRequestException)
            {
                // The control plane is gone; what it acknowledged before is what counts.
            }
        });
        await iron.WaitForStatusAsync(await iron.QueueAsync("hello"), "queued");
        await plane.CrashAsync();
        await queueing;

        await plane.RestartAsync();

        await using var runner = plane.StartRunner();
        Assert.NotEmpty(acknowledged);
        foreach (var id in acknowledged)
        {
            await iron.WaitForStatusAsync(id, "complete");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task The_connection_file_is_for_its_owner_only_and_survives_a_restart()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        var (token, cluster) = (plane.ConnectionValue("token"), plane.ConnectionValue("cluster_token"));

        await plane.CrashAsync();
        await plane.RestartAsync();

        Assert.Equal((token, cluster), (plane.ConnectionValue("token"), plane.ConnectionValue("cluster_token")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(plane.Folder, "connection.json")));
        Assert.DoesNotContain(token, plane.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task F14_a_second_process_on_one_file_rejects_to_start()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();

        await using var second = new RunningProgram(
            "Silo", ["up", "--no-runner", "--data", plane.Folder, "--urls", "http://127.0.0.1:0"]);

        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains("in use by another process", second.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task L3_a_runner_that_is_told_to_stop_finishes_what_it_has()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 5");
        await using var runner = plane.StartRunner();
        var id = await iron.QueueAsync("work");
        await iron.WaitForStatusAsync(id, "running");

        runner.Terminate();

        Assert.Equal(0, await runner.WaitForExitAsync());
        await iron.WaitForStatusAsync(id, "complete");
    }

    [Fact(Timeout = 120_000)]
    public async Task L3_a_runner_that_is_terminated_over_the_api_finishes_what_it_has_and_takes_no_more()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 5");
        await using var runner = plane.StartRunner(("SLOTS", "2"));
        var running = await iron.QueueAsync("work");
        await iron.WaitForStatusAsync(running, "running");
        var cluster = $"{plane.Url}/2/clusters/{plane.ConnectionValue("cluster_id")}";
        var info = await iron.GetFromJsonAsync<JsonNode>($"{cluster}/stats");
        var instance = info!["cluster"]!["instances"]![0]!["instance_id"]!.GetValue<string>();

        using var answer = await iron.PostAsJsonAsync(
            $"{cluster}/terminate", new JsonObject { ["instance_ids"] = new JsonArray(instance) });
        answer.EnsureSuccessStatusCode();
        var late = await iron.QueueAsync("work");

        Assert.Equal(0, await runner.WaitForExitAsync());
        await iron.WaitForStatusAsync(running, "complete");
        var task = await iron.WaitForStatusAsync(late, "queued");
        Assert.Equal(0, task["attempt"]!.GetValue<int>());
    }

    [Fact(Timeout = 120_000)]
    public async Task S8_a_runner_whose_token_is_revoked_ends_and_says_why()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "true");
        await using var runner = plane.StartRunner();
        await iron.WaitForStatusAsync(await iron.QueueAsync("work"), "complete");
        await using var add = plane.StartCli("cluster", "token", "add", plane.ConnectionValue("cluster_id"));
        Assert.Equal(0, await add.WaitForExitAsync());
        var list = await iron.GetFromJsonAsync<JsonNode>($"{plane.Url}/2/clusters/{plane.ConnectionValue("cluster_id")}/tokens");
        var old = list!["tokens"]![1]!["id"]!.GetValue<string>();

        await using var revoke = plane.StartCli("cluster", "token", "revoke", plane.ConnectionValue("cluster_id"), old);

        Assert.Equal(0, await revoke.WaitForExitAsync());
        Assert.Equal(4, await runner.WaitForExitAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task S1_a_wrong_token_learns_nothing()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        iron.DefaultRequestHeaders.Authorization = new("OAuth", "wrong");

        using var answer = await iron.GetAsync(new Uri("tasks", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_that_does_not_exist_ends_in_an_error_that_names_it()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("missing", "no-such-command");
        await iron.UploadAsync("forbidden", "/etc/passwd");

        var missing = await iron.WaitForStatusAsync(await iron.QueueAsync("missing"), "error");
        var forbidden = await iron.WaitForStatusAsync(await iron.QueueAsync("forbidden"), "error");

        Assert.Contains("no-such-command", missing["msg"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("/etc/passwd", forbidden["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static async Task<int> RunAsync(ControlPlaneProcess plane, params string[] arguments)
    {
        await using var program = plane.StartCli(arguments);
        return await program.WaitForExitAsync();
    }
}
