using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A control plane that serves all calls of a runner but those that bring logs.</summary>
public sealed class RejectedLogTests : ProgramTestBase
{
    [Theory(Timeout = 120_000)]
    [InlineData(500, "Log upload failed")]
    [InlineData(409, "attempt 1 ended: Complete")]
    [InlineData(413, "rejected by the control plane; the rest of their logs is dropped")]
    public async Task F35_results_are_delivered_without_the_logs(int status, string said)
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var front = await LogRejectingProxy.StartAsync(new Uri(plane.Url), status);
        await using var runner = plane.StartRunner(("API_URL", front.Address.AbsoluteUri), ("LOG_LEVEL", "debug"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("talk", """["sh", "-c", "echo said; exit 3"]""");
        var task = await iron.QueueAsync("talk");

        var ended = await iron.WaitForStatusAsync(task, "error");

        Assert.Equal(3, ended["exit_code"]!.GetValue<int>());
        Assert.Equal("exit code 3; the log may be incomplete: the control plane did not accept all of it", ended["msg"]!.GetValue<string>());
        await runner.WaitForLineAsync(said);
        using var log = await iron.GetAsync(new Uri($"tasks/{task}/log", UriKind.Relative));
        Assert.DoesNotContain("said", await log.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(front.RejectedCount > 0, "no log came by");
        await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 1);
    }
}
