using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Real runners with their real links, whose programs cost nothing: thousands of tasks can be in flight.</summary>
internal sealed class RunnerPool : IAsyncDisposable
{
    private const int MaxSlotsPerRunner = 1000;

    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _belongings = [];
    private readonly List<RunnerSilo> _silos = [];
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

    /// <summary>What they run.</summary>
    public CountingSandboxFactory Programs { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_lives);
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        _belongings.ForEach(belonging => belonging.Dispose());
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
        var state = StateFolder.Open(null, options.ClusterId);
        var link = new HttpControlPlaneClient(options.ApiUrl, TimeProvider.System);
        _belongings.AddRange([link, state]);
        var silo = await RunnerSilo.StartAsync(NullLoggerFactory.Instance);
        _silos.Add(silo);
        _lives.Add(new RunnerWorker(options, new RunnerServices
        {
            ControlPlane = link,
            SandboxFactory = Programs,
            State = state,
            Time = TimeProvider.System,
            Random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            LoggerFactory = NullLoggerFactory.Instance,
            Executors = silo.Services.GetRequiredService<ExecutorSessions>(),
            GrainFactory = silo.Services.GetRequiredService<IGrainFactory>(),
        }).RunAsync(new RunnerSignals { Kill = _end.Token }));
    }
}
