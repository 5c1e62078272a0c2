using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The silo that a runner is when it is a program of its own: it hosts executors, nothing else, and no other silo knows of it.</summary>
internal sealed class RunnerSilo : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private readonly IHost _host;

    private RunnerSilo(IHost host) => this._host = host;

    /// <summary>What it consists of.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts it.</summary>
    public static async Task<RunnerSilo> StartAsync(ILoggerFactory loggerFactory)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoopHostLifetime>();
        builder.UseOrleans(silo =>
        {
            silo.AddExecutors();
            silo.Services.PostConfigure<GrainTypeOptions>(HostExecutorsOnly);
            silo.UseNoSockets();
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return new RunnerSilo(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The session has waited for its executions; what still hangs is left behind.
        using var patience = new CancellationTokenSource(StopTime);
        await _host.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
    }

    private static void HostExecutorsOnly(GrainTypeOptions types) => types.Classes.RemoveWhere(
        type => type.Namespace?.StartsWith("OrleansHybrid", StringComparison.Ordinal) == true && !ExecutorHostingExtensions.IsExecutor(type));

    /// <summary>The program's own signals end the runner, in stages, and with it this host.</summary>
    private sealed class NoopHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
