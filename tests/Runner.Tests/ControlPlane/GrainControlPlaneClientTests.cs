using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>A whole runner at a gateway of the control plane.</summary>
public sealed class GrainControlPlaneClientTests : IAsyncLifetime
{
    private const string Session = "000000000000000000000001";

    private readonly GatewaySilo _silo = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly FakeSandboxFactory _sandboxes = new();
    private FakeControlPlane _plane = null!;
    private RunnerFixture _runner = null!;

    public async Task InitializeAsync()
    {
        _plane = await FakeControlPlane.StartAsync();
        await _silo.StartAsync(_plane.Address);
        _runner = new RunnerFixture(_plane, _sandboxes, _folder.FullName, gateway: _silo);
    }

    public async Task DisposeAsync()
    {
        await _runner.DisposeAsync();
        await _silo.DisposeAsync();
        await _plane.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_reaches_the_task_through_the_runners_observer()
    {
        var order = TaskAssignments.New();
        _plane.Offer(order);
        var sandbox = await _sandboxes.NextAsync();
        await sandbox.Started;

        await _silo.Grains.GetGrain<ITestCancellation>(Session).Cancel(order.Lease with { Token = new string('0', 32) });
        await _silo.Grains.GetGrain<ITestCancellation>(Session).Cancel(order.Lease);

        await sandbox.StopAsync();
        var result = Assert.Single((await _plane.Finishes.NextAsync()).Results);
        Assert.Equal((order.Lease, "cancelled"), (result.Lease, result.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_task_runs_to_its_end_and_its_log_arrives()
    {
        var order = TaskAssignments.New();
        _plane.Offer(order);
        var sandbox = await _sandboxes.NextAsync();
        await sandbox.Started;

        sandbox.End(0);

        var result = Assert.Single((await _plane.Finishes.NextAsync()).Results);
        Assert.Equal((order.Lease, "complete"), (result.Lease, result.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task No_executor_lives_on_the_silo_of_the_control_plane()
    {
        _plane.Offer(TaskAssignments.New());
        await (await _sandboxes.NextAsync()).Started;

        var lives = await _silo.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();

        Assert.Contains("runnersession", lives.Select(each => each.GrainId.Type.ToString()));
        Assert.DoesNotContain("executor", lives.Select(each => each.GrainId.Type.ToString()));
    }
}
