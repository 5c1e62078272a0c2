using System.Text;
using System.Text.Json;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>The output of a program, from its two streams to its readers (X7).</summary>
public sealed class TaskOutputTests : ProgramTestBase
{
    [Fact(Timeout = 120_000)]
    public Task X7_outlog_has_standard_output_alone_from_a_process() => OutlogAsync("process", "some/image");

    [DockerFact(Timeout = 120_000)]
    public Task X7_outlog_has_standard_output_alone_from_a_container() => OutlogAsync("docker", TestImages.Busybox);

    [Fact(Timeout = 120_000)]
    public async Task A_task_is_followed_while_it_runs()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("endless", Script("echo one; exec sleep 1000"));
        var id = await iron.QueueAsync("endless");
        await using var follow = plane.StartCli("worker", "log", "--follow", id);
        using var events = new StreamReader(
            await iron.GetStreamAsync(new Uri($"tasks/{id}/events", UriKind.Relative)), Encoding.UTF8);

        await UntilAsync(events, "\"text\":\"one\\n\"");
        await iron.CancelAsync(id);
        await UntilAsync(events, "event: end");

        await follow.WaitForExitAsync();
        Assert.StartsWith("one", follow.StandardOutput, StringComparison.Ordinal);
    }

    private static async Task OutlogAsync(string executor, string image)
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", executor));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync(
            "talk", Script("echo loading >&2; echo result; seq 1 9999 >&2; printf more; echo bye >&2; exit 3"), image: image);

        var id = (await iron.WaitForStatusAsync(await iron.QueueAsync("talk"), "error"))["id"]!.GetValue<string>();

        var outlog = await iron.GetStringAsync(new Uri($"tasks/{id}/outlog", UriKind.Relative));
        var log = await iron.GetStringAsync(new Uri($"tasks/{id}/log", UriKind.Relative));
        Assert.Equal("result\nmore", outlog);
        Assert.Contains("loading\n", log, StringComparison.Ordinal);
        Assert.Contains("9999\n", log, StringComparison.Ordinal);
        Assert.Contains("bye\n", log, StringComparison.Ordinal);
    }

    private static string Script(string script) => JsonSerializer.Serialize(new[] { "sh", "-c", script });

    private static async Task UntilAsync(StreamReader events, string text)
    {
        string? line;
        do
        {
            line = await events.ReadLineAsync();
            Assert.NotNull(line);
        }
        while (!line.Contains(text, StringComparison.Ordinal));
    }
}
