using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Monitoring;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.Systemd;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Monitoring;

/// <summary>The liveness and readiness of a runner.</summary>
public sealed class RunnerHealthChecksTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly LifetimeMonitor _unlimited;
    private readonly SlotPool _capacity;
    private readonly RunnerHealth _vitals;

    public RunnerHealthChecksTests()
    {
        _unlimited = new LifetimeMonitor(new LifetimeOptions(), _time, NullLogger<LifetimeMonitor>.Instance, default);
        _capacity = new SlotPool(slots: 4, _unlimited, _time, new Random(1));
        _vitals = new RunnerHealth(_time);
    }

    public void Dispose()
    {
        _capacity.Dispose();
        _unlimited.Dispose();
    }

    [Fact]
    public void Loops_that_stand_still_for_two_minutes_are_not_alive_and_come_back_to_life()
    {
        _time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.True(_vitals.IsAlive);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_vitals.IsAlive);
        _vitals.RecordProgress();
        Assert.True(_vitals.IsAlive);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_engine_that_is_away_makes_it_unready_and_is_asked_every_few_seconds_at_most()
    {
        var engine = new StubSandboxFactory { OnReady = () => throw new SandboxException("no engine", isTransient: true) };
        var check = new ExecutorHealthCheck(_vitals, engine, _time);
        _vitals.SetCapacity(_capacity);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("engine away", await ProblemAsync(check));
        }

        Assert.Equal(1, engine.Calls);
        engine.OnReady = () => Task.CompletedTask;
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await ProblemAsync(check));
        _capacity.EngineFailed();
        Assert.Equal("engine away", await ProblemAsync(check));
        Assert.Equal(2, engine.Calls);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_engine_that_hangs_is_given_up_after_two_seconds_and_asked_once_for_concurrent_checks()
    {
        var engine = new StubSandboxFactory { OnReady = () => new TaskCompletionSource().Task };
        var check = new ExecutorHealthCheck(_vitals, engine, _time);
        _vitals.SetCapacity(_capacity);
        var looks = Enumerable.Range(0, 50).Select(_ => ProblemAsync(check)).ToList();
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.All(await Task.WhenAll(looks), why => Assert.Equal("engine away", why));
        Assert.Equal(1, engine.Calls);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_session_or_while_it_drains_it_is_not_ready()
    {
        var check = new RunnerHealthChecks.SessionHealthCheck(_vitals);
        Assert.Equal("not enrolled", await ProblemAsync(check));
        _vitals.SetCapacity(_capacity);
        Assert.Null(await ProblemAsync(check));
        _vitals.SetDraining();
        Assert.Equal("draining", await ProblemAsync(check));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_disk_is_told_and_leaves_it_ready()
    {
        var check = new RunnerHealthChecks.DiskHealthCheck(_vitals);
        _vitals.SetCapacity(_capacity);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext())).Status);
        _capacity.SetClaimsPaused(true);
        Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new HealthCheckContext())).Status);
    }

    private static async Task<string?> ProblemAsync(IHealthCheck check) => (await check.CheckHealthAsync(new HealthCheckContext())).Description;

    private sealed class StubSandboxFactory : ISandboxFactory
    {
        public string Description => "scripted";

        public required Func<Task> OnReady { get; set; }

        public int Calls { get; private set; }

        public Task EnsureReadyAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return OnReady().WaitAsync(cancellationToken);
        }

        public ISandbox Create(TaskAssignment order, string sessionId) => throw new NotSupportedException();

        public Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
