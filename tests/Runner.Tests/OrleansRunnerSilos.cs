using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hybrid.Runner.Tests.Support;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Runner.Tests;

/// <summary>Runners as silos of one cluster: what lives on them, and what reaches it.</summary>
public sealed class OrleansRunnerSilos : IAsyncLifetime
{
    private readonly GrainLinks cluster = new();
    private readonly List<DirectoryInfo> folders = [];
    private FakeControlPlane plane = null!;

    public async Task InitializeAsync()
    {
        plane = await FakeControlPlane.StartAsync();
        await cluster.StartControlAsync(plane.Address);
    }

    public async Task DisposeAsync()
    {
        await cluster.CloseAsync();
        await plane.DisposeAsync();
        folders.ForEach(folder => folder.Delete(recursive: true));
    }

    [Fact(Timeout = 120_000)]
    public async Task Executors_live_on_the_runner_that_claimed_and_sessions_on_the_control_plane()
    {
        ScriptedSandboxes[] sandboxes = [new(), new()];
        await using var first = await RunnerAsync(sandboxes[0]);
        await using var second = await RunnerAsync(sandboxes[1]);
        var tasks = Enumerable.Range(0, 4).Select(_ => Orders.New()).ToArray();
        plane.Offer(tasks);
        var started = new List<ScriptedSandbox>();
        foreach (var kind in sandboxes)
        {
            started.AddRange([await kind.NextAsync(), await kind.NextAsync()]);
        }

        var lives = await LivesAsync();
        started.ForEach(sandbox => sandbox.End(0));

        // A runner that is asked to execute what another one claimed knows nothing of it, and starts nothing.
        Assert.Equal(tasks.Select(task => task.Lease.TaskId).Order(), started.Select(each => each.Order.Lease.TaskId).Order());
        Assert.Equal(2, lives["executor"].Distinct().Count());
        Assert.Empty(lives["executor"].Intersect(lives["sessiongrainoftests"]));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_reaches_an_executor_as_a_grain_call()
    {
        var sandboxes = new ScriptedSandboxes();
        await using var runner = await RunnerAsync(sandboxes);
        var order = Orders.New();
        plane.Offer(order);
        var sandbox = await sandboxes.NextAsync();
        await sandbox.Started;

        await Execution("000000000000000000000001", order.Lease.TaskId).Cancel(order.Lease.Attempt, "another's");
        await Execution("000000000000000000000001", order.Lease.TaskId).Cancel(order.Lease.Attempt, order.Lease.Token);

        await sandbox.StopAsync();
        var result = Assert.Single((await plane.Finishes.NextAsync()).Results);
        Assert.Equal((order.Lease, "cancelled"), (result.Lease, result.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_that_comes_too_late_makes_no_executor()
    {
        await using var runner = await RunnerAsync(new ScriptedSandboxes());
        await plane.Claims.NextAsync();

        await Execution("000000000000000000000001", "00000000000000000000000a").Cancel(1, "token");
        await Execution("000000000000000000000001", "00000000000000000000000b").Cancel(1, "token");

        Assert.DoesNotContain("executor", (await LivesAsync()).Select(kind => kind.Key));
    }

    private IExecutionGrain Execution(string session, string task) =>
        cluster.ControlGrains.GetGrain<IExecutionGrain>(ExecutionKey.Of(session, task));

    private async Task<RunnerUnderTest> RunnerAsync(ScriptedSandboxes sandboxes)
    {
        folders.Add(Directory.CreateTempSubdirectory("hybrid-runner-test-"));
        return new RunnerUnderTest(
            plane,
            sandboxes,
            folders[^1].FullName,
            options: usual => usual with { ApiUrl = null },
            loggers: NullLoggerFactory.Instance,
            engine: await cluster.JoinAsync());
    }

    /// <summary>The silos on which grains of ours live, by kind.</summary>
    private async Task<ILookup<string, SiloAddress>> LivesAsync()
    {
        var all = await cluster.ControlGrains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return all.ToLookup(each => each.GrainId.Type.ToString()!, each => each.SiloAddress);
    }
}
