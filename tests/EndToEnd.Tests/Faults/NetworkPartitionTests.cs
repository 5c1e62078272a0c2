using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A runner whose network falls silent for longer than its lease, beside one that is well.</summary>
public sealed class NetworkPartitionTests : ProgramTestBase
{
    private static readonly (string Name, string Value)[] Docker = [("EXECUTOR", "docker"), ("SLOTS", "1"), ("ALLOW_HTTP", "1")];

    [NetworkFact(Timeout = 180_000)]
    public Task F15_a_runner_that_neither_hears_nor_is_heard_ends_its_container_before_its_task_runs_elsewhere() =>
        CutAsync(async network =>
        {
            await network.CutOutwardsAsync();
            await network.CutInwardsAsync();
        });

    [NetworkFact(Timeout = 180_000)]
    public Task F16_a_runner_that_is_heard_and_hears_nothing_does_too_and_claims_nothing_twice() =>
        CutAsync(network => network.CutInwardsAsync());

    private static async Task CutAsync(Func<RunnerNetwork, Task> cut)
    {
        await using var network = await RunnerNetwork.MakeAsync();
        await using var plane = await ControlPlaneProcess.StartAsync("--urls", $"http://{network.Outside}:0");
        await using var lives = await ContainerEventLog.FollowAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("work", "sleep 12", leaseSeconds: 6, image: TestImages.Busybox);
        await using var far = plane.StartRunnerWith(network.Command, Docker);
        var task = await iron.QueueAsync("work");
        await lives.StartedAsync(task, attempt: 1);

        await cut(network);
        await using var near = plane.StartRunner(Docker);
        await lives.EndedAsync(task, attempt: 1);
        var ended = await iron.WaitForStatusAsync(task, "complete");
        await lives.EndedAsync(task, ended["attempt"]!.GetValue<int>());
        near.Terminate();
        Assert.Equal(0, await near.WaitForExitAsync());

        // L2: the same process, without a word to it.
        await network.HealAsync();
        await iron.UploadAsync("after", "true", image: TestImages.Busybox);
        var after = await iron.QueueAsync("after");
        await iron.WaitForStatusAsync(after, "complete");
        await lives.EndedAsync(after, attempt: 1);
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2, "--runs", await lives.WriteAsync(plane.Folder, task, after));
        Assert.Equal(3, report["runs"]!.GetValue<int>());
    }
}
