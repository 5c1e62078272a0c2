using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;

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
    private readonly TaskCompletionSource<IGrainFactory> _grains = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
            StateDirectory = folder,
        };
        Exit = RunAsync(
            options?.Invoke(defaults) ?? defaults, sandboxes, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance);
    }

    /// <summary>The grains of its silo, once that has started.</summary>
    public Task<IGrainFactory> Grains => _grains.Task;

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exit { get; }

    public Task DrainAsync() => _drain.CancelAsync();

    public Task RequeueAsync() => _handBack.CancelAsync();

    public async Task<int> KillAsync()
    {
        await _kill.CancelAsync();
        return await Exit;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<int> RunAsync(
        RunnerOptions options, ISandboxFactory sandboxes, TimeProvider time, ILoggerFactory loggers)
    {
        var builder = RunnerHost.CreateBuilder();
        builder.Services.AddSingleton(loggers);
        using var silo = builder.AddSilo().Build();
        await silo.StartAsync();
        _grains.SetResult(silo.Services.GetRequiredService<IGrainFactory>());
        var signals = new RunnerSignals { Drain = _drain.Token, Requeue = _handBack.Token, Kill = _kill.Token };
        var client = _gateway is null ? null : await _gateway.ConnectAsync(silo.Services.GetRequiredService<ExecutorSessions>());
        var exitCode = await RunnerHost.RunAsync(options, silo.Services, signals, services =>
        {
            services.AddSingleton(sandboxes).AddSingleton(time).AddSingleton(new Random(7));
            if (client is not null)
            {
                services.AddSingleton<IControlPlaneClient>(_ => client);
            }
        });
        await silo.StopAsync();
        return exitCode;
    }
}
