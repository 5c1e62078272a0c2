using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>A whole runner at a gateway of the control plane.</summary>
public sealed class GrainControlPlaneTests : IAsyncLifetime
{
    private const string Session = "000000000000000000000001";

    private readonly GatewaySilo silo = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly ScriptedSandboxes sandboxes = new();
    private FakeControlPlane plane = null!;
    private RunnerUnderTest runner = null!;

    public async Task InitializeAsync()
    {
        plane = await FakeControlPlane.StartAsync();
        await silo.StartAsync(plane.Address);
        runner = new RunnerUnderTest(plane, sandboxes, folder.FullName, gateway: silo);
    }

    public async Task DisposeAsync()
    {
        await runner.DisposeAsync();
        await silo.DisposeAsync();
        await plane.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_reaches_the_task_through_the_runners_observer()
    {
        var order = Orders.New();
        plane.Offer(order);
        var sandbox = await sandboxes.NextAsync();
        await sandbox.Started;

        await silo.Grains.GetGrain<ICancelling>(Session).Cancel(order.Lease with { Token = new string('0', 32) });
        await silo.Grains.GetGrain<ICancelling>(Session).Cancel(order.Lease);

        await sandbox.StopAsync();
        var result = Assert.Single((await plane.Finishes.NextAsync()).Results);
        Assert.Equal((order.Lease, "cancelled"), (result.Lease, result.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_task_runs_to_its_end_and_its_log_arrives()
    {
        var order = Orders.New();
        plane.Offer(order);
        var sandbox = await sandboxes.NextAsync();
        await sandbox.Started;

        sandbox.End(0);

        var result = Assert.Single((await plane.Finishes.NextAsync()).Results);
        Assert.Equal((order.Lease, "complete"), (result.Lease, result.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task No_executor_lives_on_the_silo_of_the_control_plane()
    {
        plane.Offer(Orders.New());
        await (await sandboxes.NextAsync()).Started;

        var lives = await silo.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();

        Assert.Contains("runnersession", lives.Select(each => each.GrainId.Type.ToString()));
        Assert.DoesNotContain("executor", lives.Select(each => each.GrainId.Type.ToString()));
    }
}
