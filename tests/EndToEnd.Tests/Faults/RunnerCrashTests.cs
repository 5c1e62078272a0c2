using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>Runners that are killed or frozen while their containers go on.</summary>
public sealed class RunnerCrashTests : ProgramTestBase
{
    // By TERM or by KILL.
    private static readonly int[] Killed = [143, 137];

    [DockerFact(Timeout = 180_000)]
    public async Task F4_a_runner_that_comes_back_within_the_lease_kills_the_old_container_before_it_begins_again()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 10", leaseSeconds: 60, image: TestImages.Busybox);
        var (task, lives) = await KilledAsync(plane, iron);
        await using var _ = lives;

        await using var next = Runner(plane);

        await lives.EndedAsync(task, attempt: 2);
        await iron.WaitForStatusAsync(task, "complete");
        Assert.Equal(137, await lives.EndedAsync(task, attempt: 1));
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 1, "--runs", await lives.WriteAsync(plane.Folder, task));
        Assert.Equal((2, 2, 0), (Number(report, "attempts"), Number(report, "runs"), Number(report, "lapses")));
    }

    [DockerFact(Timeout = 180_000)]
    public async Task F4_a_runner_that_comes_back_after_the_lease_does_too()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 15", leaseSeconds: 6, image: TestImages.Busybox);
        var (task, lives) = await KilledAsync(plane, iron);
        await using var _ = lives;
        await iron.WaitForStatusAsync(task, "queued");

        await using var next = Runner(plane);

        await lives.EndedAsync(task, attempt: 2);
        await iron.WaitForStatusAsync(task, "complete");
        Assert.Equal(137, await lives.EndedAsync(task, attempt: 1));
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 1, "--runs", await lives.WriteAsync(plane.Folder, task));
        Assert.Equal((2, 2, 1), (Number(report, "attempts"), Number(report, "runs"), Number(report, "lapses")));
    }

    [DockerFact(Timeout = 180_000)]
    public async Task F5_what_a_frozen_runner_held_is_ended_elsewhere_once_and_its_container_goes_when_it_thaws()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var lives = await ContainerEventLog.FollowAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 40", leaseSeconds: 6, image: TestImages.Busybox);
        await iron.UploadAsync("two-leases", "sleep 12", leaseSeconds: 6, image: TestImages.Busybox);
        await using var frozen = Runner(plane);
        var task = await iron.QueueAsync("work");
        await lives.StartedAsync(task, attempt: 1);

        frozen.Freeze();
        await using var other = plane.StartRunner(("EXECUTOR", "docker"), ("SLOTS", "2"));
        await lives.StartedAsync(task, attempt: 2);
        await iron.WaitForStatusAsync(await iron.QueueAsync("two-leases"), "complete");
        frozen.Thaw();

        Assert.Contains(await lives.EndedAsync(task, attempt: 1), Killed);
        var ended = await iron.WaitForStatusAsync(task, "complete");
        Assert.Equal(2, ended["attempt"]!.GetValue<int>());
        await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);
    }

    private static RunningProgram Runner(ControlPlaneProcess plane) => plane.StartRunner(
        ("EXECUTOR", "docker"), ("SLOTS", "1"), ("STATE_DIR", Path.Combine(plane.Folder, "state")));

    /// <summary>A task whose runner was killed while its container ran on.</summary>
    private static async Task<(string Task, ContainerEventLog Lives)> KilledAsync(ControlPlaneProcess plane, HttpClient iron)
    {
        var lives = await ContainerEventLog.FollowAsync();
        await using var runner = Runner(plane);
        var task = await iron.QueueAsync("work");
        await lives.StartedAsync(task, attempt: 1);
        await runner.CrashAsync();
        return (task, lives);
    }

    private static int Number(JsonNode report, string name) => report[name]!.GetValue<int>();
}
