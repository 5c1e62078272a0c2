using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Real runners with their real links, whose programs cost nothing: thousands of tasks can be in flight.</summary>
internal sealed class RunnerPool : IAsyncDisposable
{
    private const int MaxSlotsPerRunner = 1000;

    private readonly CancellationTokenSource _end = new();
    private readonly List<IHost> _silos = [];
    private readonly List<Task<int>> _lives = [];

    private RunnerPool()
    {
    }

    /// <summary>Hires runners for one control plane's default cluster, with so many slots in all.</summary>
    public static async Task<RunnerPool> StartAsync(ControlPlaneProcess plane, int slots)
    {
        var workforce = new RunnerPool();
        for (var left = slots; left > 0; left -= MaxSlotsPerRunner)
        {
            await workforce.StartRunnerAsync(plane, Math.Min(left, MaxSlotsPerRunner));
        }

        return workforce;
    }

    /// <summary>The image that they run.</summary>
    public CountingSandboxFactory Programs { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_lives);
        foreach (var silo in _silos)
        {
            await silo.StopAsync();
            silo.Dispose();
        }

        _end.Dispose();
    }

    private async Task StartRunnerAsync(ControlPlaneProcess plane, int slots)
    {
        var options = new RunnerOptions
        {
            ClusterId = plane.ConnectionValue("cluster_id"),
            ClusterToken = plane.ConnectionValue("cluster_token"),
            ApiUrl = new Uri(plane.Url),
            Slots = slots,
        };
        var builder = RunnerHost.CreateBuilder();
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        var silo = builder.AddSilo().Build();
        _silos.Add(silo);
        await silo.StartAsync();
        _lives.Add(RunnerHost.RunAsync(
            options, silo.Services, new RunnerSignals { Kill = _end.Token }, services => services.AddSingleton<ISandboxFactory>(Programs)));
    }
}
