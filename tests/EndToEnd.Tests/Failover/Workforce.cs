using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Runner;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Real runners with their real links, whose programs cost nothing: thousands of tasks can be in flight.</summary>
internal sealed class Workforce : IAsyncDisposable
{
    private const int MostSlotsEach = 1000;

    private readonly CancellationTokenSource _end = new();
    private readonly List<IDisposable> _belongings = [];
    private readonly List<RunnerSilo> _silos = [];
    private readonly List<Task<int>> _lives = [];

    private Workforce()
    {
    }

    /// <summary>Hires runners for one control plane's default cluster, with so many slots in all.</summary>
    public static async Task<Workforce> HireAsync(ControlPlane plane, int slots)
    {
        var workforce = new Workforce();
        for (var left = slots; left > 0; left -= MostSlotsEach)
        {
            await workforce.HireOneAsync(plane, Math.Min(left, MostSlotsEach));
        }

        return workforce;
    }

    /// <summary>What they run.</summary>
    public HeldPrograms Programs { get; } = new();

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

    private async Task HireOneAsync(ControlPlane plane, int slots)
    {
        var options = new RunnerOptions
        {
            ClusterId = plane.Text("cluster_id"),
            ClusterToken = plane.Text("cluster_token"),
            ApiUrl = new Uri(plane.Url),
            Slots = slots,
        };
        var state = StateFolder.Open(null, options.ClusterId);
        var link = new HttpControlPlane(options.ApiUrl, TimeProvider.System);
        _belongings.AddRange([link, state]);
        var silo = await RunnerSilo.StartAsync(NullLoggerFactory.Instance);
        _silos.Add(silo);
        _lives.Add(new RunnerLife(options, new Surroundings
        {
            Link = link,
            Sandboxes = Programs,
            State = state,
            Time = TimeProvider.System,
            Chance = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            Loggers = NullLoggerFactory.Instance,
            Executors = silo.Services.GetRequiredService<ExecutorSessions>(),
            Grains = silo.Services.GetRequiredService<IGrainFactory>(),
        }).RunAsync(new RunnerSignals { Kill = _end.Token }));
    }
}
