using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.LocalEngine;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>What executors live on in this build: for each session an engine of its own, in this process.</summary>
internal sealed class ExecutorEngine(ILoggerFactory loggers, int? mischief = null) : IExecutorEngine
{
    /// <summary>Whether a runner of this build can be a silo of the control plane's cluster.</summary>
    public static bool CanJoin => false;

    /// <summary>There is nothing to start.</summary>
    public static Task<ExecutorEngine> StartAsync(RunnerOptions options, ILoggerFactory loggers) =>
        Task.FromResult(new ExecutorEngine(loggers));

    public IControlPlane Link(RunnerOptions options) => new HttpControlPlane(options.ApiUrl!, TimeProvider.System, options.Authorities);

    public async Task<ExecutorHost> HostAsync(ExecutionTools tools)
    {
        var options = new LocalEngineOptions { Harshness = mischief is { } seed ? new Harshness(seed) : null };
        var services = new ServiceCollection()
            .AddSingleton(loggers)
            .AddSingleton(tools)
            .AddLocalEngine([typeof(ExecutorGrain).Assembly], options)
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return new ExecutorHost(services.GetRequiredService<IGrainFactory>(), task => task, () => StopAsync(services));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async ValueTask StopAsync(ServiceProvider services)
    {
        // The session has waited for its executions; what still hangs is left behind.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await services.DisposeAsync();
    }
}
