using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Monitoring;
using OrleansHybrid.Runner.Sandboxes;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Systemd;
using OrleansHybrid.Runner.Telemetry;
using OrleansHybrid.Runner.Workers;

namespace OrleansHybrid.Runner;

/// <summary>Registers what a runner is made of.</summary>
internal static class RunnerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a runner. It needs the grains and the executors of a silo in this process, and the signals that end it; the host's
    /// <paramref name="configuration"/> has OpenTelemetry's variables, or nothing.
    /// </summary>
    public static IServiceCollection AddRunner(this IServiceCollection services, RunnerOptions options, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        return services
            .AddSingleton(options)
            .AddSingleton<RunnerHealth>()
            .AddSingleton(CreateSystemdReporter)
            .AddSingleton(_ => StateFolder.Open(options.StateDirectory, options.ClusterId))
            .AddSandboxes(options)
            .AddSingleton(CreateControlPlaneClient)
            .AddSingleton<RunnerMeter>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<LifetimeMonitor>(
                provider, options.Lifetime, provider.GetRequiredService<RunnerSignals>().Drain))
            .AddSingleton<SessionFile>()
            .AddSingleton<EnrolmentFlow>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<ZipCache>(provider, options.ZipCacheLimit))
            .AddSingleton(provider => new ReplayGuard(
                provider.GetRequiredService<StateFolder>(), provider.GetRequiredService<TimeProvider>().GetUtcNow()))
            .AddSingleton(CreateDecryptor)
            .AddSession(options)
            .AddTelemetry(options, configuration)
            .AddMonitoring(options)
            .AddSingleton<RunnerWorker>()
            .AddHostedService(provider => provider.GetRequiredService<RunnerWorker>());
    }

    /// <summary>The services of each session, which has a scope of its own.</summary>
    private static IServiceCollection AddSession(this IServiceCollection services, RunnerOptions options) => services
        .AddScoped<SessionContext>()
        .AddScoped(provider => provider.GetRequiredService<SessionContext>().Session)
        .AddScoped<SessionRunner>()
        .AddScoped<ActiveLeases>()
        .AddScoped(provider => ActivatorUtilities.CreateInstance<SlotPool>(provider, options.Slots))
        .AddScoped<LeaseReleaser>()
        .AddScoped(provider => new ResultSpool(provider.GetRequiredService<StateFolder>()))
        .AddScoped<ResultReporter>()
        .AddScoped(provider => ActivatorUtilities.CreateInstance<LogShipper>(provider, options.LogLimit))
        .AddScoped(provider => ActivatorUtilities.CreateInstance<ZipFetcher>(provider, options.ZipUnpackedLimit))
        .AddScoped<ExecutionServices>()
        .AddScoped(provider => provider.GetRequiredService<IGrainFactory>()
            .GetGrain<IRunnerAgentGrain>(provider.GetRequiredService<RunnerSession>().Id))
        .AddScoped<ClaimLoop>()
        .AddScoped<ISessionLoop>(provider => ActivatorUtilities.CreateInstance<DiskSpaceMonitor>(provider, options.MinFreeDisk))
        .AddScoped<ISessionLoop, SessionAgent>()
        .AddScoped<ISessionLoop, HeartbeatLoop>()
        .AddScoped<ISessionLoop>(provider => provider.GetRequiredService<LogShipper>())
        .AddScoped<ISessionLoop>(provider => provider.GetRequiredService<ResultReporter>());

    private static IServiceCollection AddMonitoring(this IServiceCollection services, RunnerOptions options)
    {
        if (options.MonitoringEndpoint is { } endPoint)
        {
            services.AddRunnerHealthChecks();
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<MonitoringServer>(provider, endPoint));
        }

        return services;
    }

    // Calls end by the real clock, whatever the one of the runner is.
    private static IControlPlaneClient CreateControlPlaneClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<RunnerOptions>();
        return options.Gateways is not { } gateways
            ? new HttpControlPlaneClient(options.ApiUrl!, TimeProvider.System, options.Authorities)
            : new GrainControlPlaneClient(
                GatewayConnection.Open(gateways, provider.GetRequiredService<ILoggerFactory>()),
                provider.GetRequiredService<ExecutorSessions>(),
                TimeProvider.System);
    }

    private static PayloadDecryptor CreateDecryptor(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<RunnerOptions>();
        return new PayloadDecryptor(
            options.SealPolicy,
            options.ClusterId,
            provider.GetRequiredService<ReplayGuard>(),
            provider.GetRequiredService<RunnerMeter>(),
            provider.GetRequiredService<TimeProvider>());
    }

    private static SystemdReporter CreateSystemdReporter(IServiceProvider provider)
    {
        var notifier = provider.GetService<ISystemdNotifier>();
        return new SystemdReporter(
            notifier,
            notifier is null ? TimeSpan.Zero : SystemdReporter.ReadWatchdog(Environment.GetEnvironmentVariable),
            provider.GetRequiredService<RunnerHealth>(),
            isMonitored: provider.GetRequiredService<RunnerOptions>().MonitoringEndpoint is not null,
            provider.GetRequiredService<TimeProvider>());
    }
}
