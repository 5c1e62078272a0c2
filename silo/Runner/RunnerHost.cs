using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Sealing;

namespace OrleansHybrid.Runner;

/// <summary>
/// The host of one runner. Its parts share nothing with another's, so that several may run in one process, each with its own state folder.
/// </summary>
public static class RunnerHost
{
    /// <summary>The source of the runner's spans.</summary>
    public const string ActivitySourceName = "OrleansHybrid.Runner";

    /// <summary>The name of the runner's meter.</summary>
    public const string MeterName = "OrleansHybrid.Runner";

    // The worker has ended by then, however long that took: what still hangs is left behind.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs until <paramref name="signals"/>, or the control plane, end it; returns the exit code.</summary>
    /// <param name="options">The runner's options.</param>
    /// <param name="silo">The services of a silo in this process that has <see cref="ExecutorHostingExtensions.AddExecutors"/>.</param>
    /// <param name="signals">The signals that end it.</param>
    public static Task<int> RunAsync(RunnerOptions options, IServiceProvider silo, RunnerSignals signals) =>
        RunAsync(options, silo, signals, _ => { });

    /// <summary>The same; <paramref name="configure"/> has the last word about its services.</summary>
    internal static Task<int> RunAsync(
        RunnerOptions options, IServiceProvider silo, RunnerSignals signals, Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(signals);
        var builder = CreateBuilder();
        builder.Services
            .AddSingleton(silo.GetRequiredService<ILoggerFactory>())
            .AddSingleton(silo.GetRequiredService<IGrainFactory>())
            .AddSingleton(silo.GetRequiredService<ExecutorSessions>())
            .AddSingleton(signals)
            .AddRunner(options, builder.Configuration);
        configure(builder.Services);
        return RunAsync(builder.Build());
    }

    /// <summary>A builder that takes nothing from the environment or the current folder by itself.</summary>
    internal static HostApplicationBuilder CreateBuilder()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton<IHostLifetime, NoopHostLifetime>();
        return builder;
    }

    /// <summary>Makes the host a silo of its own as well: it executes tasks, does nothing else, and no other silo knows of it.</summary>
    internal static HostApplicationBuilder AddSilo(this HostApplicationBuilder builder)
    {
        builder.UseOrleans(silo =>
        {
            silo.AddExecutors();
            silo.Services.PostConfigure<GrainTypeOptions>(HostExecutorsOnly);
            silo.UseNoSockets();
        });
        return builder;
    }

    /// <summary>Runs a host that has a runner until that has ended; gives its exit code.</summary>
    internal static async Task<int> RunAsync(IHost host)
    {
        try
        {
            // What is wrong with the state folder is said before anything is started.
            _ = (host.Services.GetRequiredService<ZipCache>(), host.Services.GetRequiredService<ReplayGuard>());
            var worker = host.Services.GetRequiredService<RunnerWorker>();
            await host.StartAsync();
            await host.WaitForShutdownAsync();
            return worker.ExitCode;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    private static void HostExecutorsOnly(GrainTypeOptions types) => types.Classes.RemoveWhere(
        type => type.Namespace?.StartsWith("OrleansHybrid", StringComparison.Ordinal) == true && !ExecutorHostingExtensions.IsExecutor(type));

    /// <summary>Signals are the program's affair.</summary>
    private sealed class NoopHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
