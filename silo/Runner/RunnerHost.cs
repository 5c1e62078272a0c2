using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.Monitoring;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner;

/// <summary>
/// One runner. Its parts share nothing with another's, so that several may run in one process, each with its own state folder.
/// </summary>
public static class RunnerHost
{
    /// <summary>Runs until <paramref name="signals"/>, or the control plane, end it; returns the exit code.</summary>
    /// <param name="options">The runner's options.</param>
    /// <param name="silo">The services of a silo in this process that has <see cref="ExecutorHostingExtensions.AddExecutors"/>.</param>
    /// <param name="signals">What ends it.</param>
    public static Task<int> RunAsync(RunnerOptions options, IServiceProvider silo, RunnerSignals signals)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return RunAsync(options, silo, silo.GetRequiredService<ILoggerFactory>(), signals, SystemdNotifier.None);
    }

    /// <summary>The same, in a silo of its own.</summary>
    internal static async Task<int> RunAsync(
        RunnerOptions options, ILoggerFactory loggerFactory, RunnerSignals signals, SystemdNotifier systemdNotifier)
    {
        await using var silo = await RunnerSilo.StartAsync(loggerFactory);
        return await RunAsync(options, silo.Services, loggerFactory, signals, systemdNotifier);
    }

    private static async Task<int> RunAsync(
        RunnerOptions options, IServiceProvider silo, ILoggerFactory loggerFactory, RunnerSignals signals, SystemdNotifier systemdNotifier)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signals);
        using var state = StateFolder.Open(options.StateDirectory, options.ClusterId);
        using var sandboxes = TaskSandboxFactory.Open(options, state, loggerFactory);
        var logger = loggerFactory.CreateLogger(typeof(RunnerHost));
        foreach (var file in state.RestrictedFiles)
        {
            logger.FilePermissionsRestricted(file);
        }

        var exitCode = await RunCoreAsync(options, silo, sandboxes.Inner, state, loggerFactory, signals, systemdNotifier);
        logger.RunnerEnded(exitCode);
        return exitCode;
    }

    private static async Task<int> RunCoreAsync(
        RunnerOptions options,
        IServiceProvider silo,
        ISandboxFactory sandboxFactory,
        StateFolder state,
        ILoggerFactory loggerFactory,
        RunnerSignals signals,
        SystemdNotifier systemdNotifier)
    {
        var executors = silo.GetRequiredService<ExecutorSessions>();
        await using var link = ControlPlaneConnection.Open(options, executors, loggerFactory);
        var meter = new RunnerMeter { Slots = () => (options.Slots, systemdNotifier.Health.BusySlots) };
        var readiness = new ReadinessCheck(systemdNotifier.Health, sandboxFactory, TimeProvider.System);
        await using var pages = await MonitoringServer.StartAsync(
            options.MonitoringEndpoint, meter, metrics => new HealthEndpoints(metrics, systemdNotifier.Health, readiness), loggerFactory);
        var life = new RunnerWorker(options, new RunnerServices
        {
            ControlPlane = link.Client,
            SandboxFactory = sandboxFactory,
            State = state,
            Time = TimeProvider.System,
            Random = Random.Shared,
            LoggerFactory = loggerFactory,
            Executors = executors,
            GrainFactory = silo.GetRequiredService<IGrainFactory>(),
            Meter = meter,
            SystemdNotifier = systemdNotifier,
        });
        return await life.RunAsync(signals);
    }
}
