using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A real Docker engine that is killed, or hangs, under a runner that goes on.</summary>
public sealed class DockerEngineFailureTests : ProgramTestBase
{
    [IsolatedDockerEngineFact(Timeout = 240_000)]
    public async Task F7_a_container_that_outlives_its_killed_engine_runs_once_and_to_its_end()
    {
        await using var engine = await IsolatedDockerEngine.StartAsync("--live-restore");
        await using var plane = await ControlPlaneProcess.StartAsync();

        var task = await KilledAsync(engine, plane);

        Assert.Equal("complete", task);
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);
        Assert.Equal(0, report["lapses"]!.GetValue<int>());
    }

    [IsolatedDockerEngineFact(Timeout = 240_000)]
    public async Task F7_a_container_that_goes_with_its_killed_engine_ends_its_task_in_error_once()
    {
        await using var engine = await IsolatedDockerEngine.StartAsync();
        await using var plane = await ControlPlaneProcess.StartAsync();

        var task = await KilledAsync(engine, plane);

        Assert.Equal("error", task);
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);
        Assert.Equal(0, report["lapses"]!.GetValue<int>());
    }

    [IsolatedDockerEngineFact(Timeout = 240_000)]
    public async Task F8_while_the_engine_hangs_leases_are_renewed_and_nothing_more_is_claimed()
    {
        await using var engine = await IsolatedDockerEngine.StartAsync();
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = Runner(plane, engine);
        using var iron = plane.CreateIronClient();
        await UploadAsync(iron);
        var running = await iron.QueueAsync("long");
        await iron.WaitForOutputAsync(running);

        engine.Freeze();
        var waiting = await iron.QueueAsync("short");
        await runner.WaitForLineAsync("pausing claims");
        engine.Thaw();

        // It hung for ten leases, and the task was not lost once.
        var task = await iron.WaitForStatusAsync(running, "complete");
        Assert.Equal(1, task["attempt"]!.GetValue<int>());
        await iron.WaitForStatusAsync(waiting, "complete");
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);
        Assert.Equal(0, report["lapses"]!.GetValue<int>());
    }

    /// <summary>Kills the engine under a task, and starts it again; gives the task's end.</summary>
    private static async Task<string> KilledAsync(IsolatedDockerEngine engine, ControlPlaneProcess plane)
    {
        await using var runner = Runner(plane, engine);
        using var iron = plane.CreateIronClient();
        await UploadAsync(iron);
        var running = await iron.QueueAsync("long");
        await iron.WaitForOutputAsync(running);

        await engine.CrashAsync();
        await runner.WaitForLineAsync("The engine is away; container");
        var waiting = await iron.QueueAsync("short");
        await runner.WaitForLineAsync("pausing claims");
        await engine.StartAsync();

        // L2: the waiting task is claimed again, by the same process.
        await iron.WaitForStatusAsync(waiting, "complete");
        var task = await iron.WaitForEndAsync(running);
        Assert.Equal(1, task["attempt"]!.GetValue<int>());
        return task["status"]!.GetValue<string>();
    }

    private static RunningProgram Runner(ControlPlaneProcess plane, IsolatedDockerEngine engine) =>
        plane.StartRunner(("EXECUTOR", "docker"), ("SLOTS", "2"), ("DOCKER_HOST", engine.Address));

    private static async Task UploadAsync(HttpClient iron)
    {
        await iron.UploadAsync("long", "sh -c echo${IFS}begun;sleep${IFS}20", leaseSeconds: 6, image: TestImages.Busybox);
        await iron.UploadAsync("short", "true", leaseSeconds: 6, image: TestImages.Busybox);
    }
}
