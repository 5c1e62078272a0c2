using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>
/// A real runner in a silo of its own, between a fake control plane and scripted sandboxes; with the real client over HTTP, or through a
/// gateway.
/// </summary>
internal sealed class RunnerFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _handBack = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly StateFolder _state;
    private readonly GatewaySilo? _gateway;

    public RunnerFixture(
        FakeControlPlane plane,
        ISandboxFactory sandboxes,
        string folder,
        TimeProvider? time = null,
        Func<RunnerOptions, RunnerOptions>? options = null,
        ILoggerFactory? loggers = null,
        GatewaySilo? gateway = null)
    {
        this._gateway = gateway;
        var defaults = new RunnerOptions
        {
            ClusterId = "0123456789abcdef01234567",
            ClusterToken = FakeControlPlane.ClusterToken,
            ApiUrl = plane.Address,
            Slots = 2,
            Name = "under-test",
            MinFreeDisk = 0,
        };
        _state = StateFolder.Open(folder, defaults.ClusterId);
        Exit = RunAsync(
            options?.Invoke(defaults) ?? defaults, sandboxes, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exit { get; }

    public Task DrainAsync() => _drain.CancelAsync();

    public Task RequeueAsync() => _handBack.CancelAsync();

    public async Task<int> KillAsync()
    {
        await _kill.CancelAsync();
        var exitCode = await Exit;
        _state.Dispose();
        return exitCode;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<int> RunAsync(
        RunnerOptions options, ISandboxFactory sandboxes, TimeProvider time, ILoggerFactory loggers)
    {
        await using var silo = await RunnerSilo.StartAsync(loggers);
        var executors = silo.Services.GetRequiredService<ExecutorSessions>();
        await using var grains = _gateway is null ? null : await _gateway.ConnectAsync(executors);
        using var https = _gateway is null ? new HttpControlPlaneClient(options.ApiUrl!, TimeProvider.System, options.Authorities) : null;
        var life = new RunnerWorker(options, new RunnerServices
        {
            ControlPlane = (IControlPlaneClient?)grains ?? https!,
            SandboxFactory = sandboxes,
            State = _state,
            Time = time,
            Random = new Random(7),
            LoggerFactory = loggers,
            Executors = executors,
            GrainFactory = silo.Services.GetRequiredService<IGrainFactory>(),
        });
        return await life.RunAsync(
            new RunnerSignals { Drain = _drain.Token, Requeue = _handBack.Token, Kill = _kill.Token });
    }
}
