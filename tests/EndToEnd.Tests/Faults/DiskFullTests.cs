using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A runner whose disk is full, before it claims and while a task runs.</summary>
public sealed class DiskFullTests : ProgramTestBase
{
    private const string Full = "Claims paused: ";
    private const string Free = "Claims resumed";

    [SmallDiskFact(Timeout = 120_000)]
    public async Task F23_nothing_is_claimed_while_there_is_no_room_and_again_when_there_is()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");
        await disk.FillAsync(left: 4);
        await using var runner = Runner(plane, disk);
        await runner.WaitForLineAsync(Full);
        var task = await iron.QueueAsync("hello");

        disk.Free();
        await runner.WaitForLineAsync(Free);

        await iron.WaitForStatusAsync(task, "complete");
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 1);
        Assert.Equal(1, report["attempts"]!.GetValue<int>());
        Assert.Equal(1, Count(runner, Full));
    }

    [SmallDiskFact(Timeout = 120_000)]
    public async Task F23_a_task_that_fills_the_disk_ends_in_an_error_that_says_so_and_the_next_waits_for_room()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        var fill = Path.Combine(plane.Folder, "go-on");
        await iron.UploadAsync(
            "fill",
            $$"""["sh", "-c", "dd if=/dev/zero of=$TASK_DIR/all bs=1M; until [ -e {{fill}} ]; do sleep 0.1; done; exit 7"]""");
        await iron.UploadAsync("hello", "true");
        File.SetUnixFileMode(plane.Folder, (UnixFileMode)0b111_101_101);
        await using var runner = Runner(plane, disk);
        var filling = await iron.QueueAsync("fill");
        await runner.WaitForLineAsync(Full);
        var waiting = await iron.QueueAsync("hello");

        await File.WriteAllTextAsync(fill, "");

        var failed = await iron.WaitForStatusAsync(filling, "error");
        Assert.Equal(7, failed["exit_code"]!.GetValue<int>());
        var log = await iron.GetStringAsync(new Uri($"tasks/{filling}/log", UriKind.Relative));
        Assert.Contains("No space left on device", log, StringComparison.Ordinal);
        await iron.WaitForStatusAsync(waiting, "complete");
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);

        // One more when it was handed to a claim that had been called back a moment before.
        Assert.InRange(report["attempts"]!.GetValue<int>(), 2, 3);
        Assert.Equal((1, 1), (Count(runner, Full), Count(runner, Free)));
    }

    /// <summary>One that keeps its own state and its tasks' folders on the small disk.</summary>
    private static RunningProgram Runner(ControlPlaneProcess plane, SmallDisk disk) => plane.StartRunner(
        ("SLOTS", "2"),
        ("STATE_DIR", Path.Combine(disk.Folder, "state")),
        ("TMPDIR", disk.Folder),
        ("DOTNET_EnableDiagnostics", "0"),
        ("MIN_FREE_DISK", $"{8 << 20}"));

    private static int Count(RunningProgram runner, string line) => runner.Output.Split(line).Length - 1;
}
