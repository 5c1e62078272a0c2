using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.LocalEngine;
using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>The engine on which the executors of one session live.</summary>
internal sealed class ExecutorHost : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly IGrainFactory grains;

    private ExecutorHost(ServiceProvider services)
    {
        this.services = services;
        grains = services.GetRequiredService<IGrainFactory>();
    }

    public static async Task<ExecutorHost> StartAsync(ExecutionTools tools, ILoggerFactory loggers, int? mischief)
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

        return new ExecutorHost(services);
    }

    public void Execute(TaskOrder order)
    {
        _ = grains.GetGrain<IExecutorGrain>(order.Lease.TaskId).Execute(order);
    }

    public async ValueTask DisposeAsync()
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
