using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Listening;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Supervision;

namespace OrleansHybrid.Runner;

/// <summary>
/// One runner. Its parts live in memory of its own, so that several may run in one process, each with its own state folder.
/// </summary>
public static class RunnerProcess
{
    /// <summary>Runs until <paramref name="signals"/>, or the control plane, end it; gives the exit code.</summary>
    /// <param name="options">What the runner is told.</param>
    /// <param name="silo">The services of a silo in this process that has <see cref="ExecutorHosting.AddExecutors"/>.</param>
    /// <param name="signals">What ends it.</param>
    public static Task<int> RunAsync(RunnerOptions options, IServiceProvider silo, RunnerSignals signals)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return RunAsync(options, silo, silo.GetRequiredService<ILoggerFactory>(), signals, ServiceManager.None);
    }

    /// <summary>The same, in a silo of its own.</summary>
    internal static async Task<int> RunAsync(
        RunnerOptions options, ILoggerFactory loggers, RunnerSignals signals, ServiceManager service)
    {
        await using var silo = await RunnerSilo.StartAsync(loggers);
        return await RunAsync(options, silo.Services, loggers, signals, service);
    }

    private static async Task<int> RunAsync(
        RunnerOptions options, IServiceProvider silo, ILoggerFactory loggers, RunnerSignals signals, ServiceManager service)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signals);
        using var state = StateFolder.Open(options.StateDirectory, options.ClusterId);
        using var sandboxes = TaskSandboxes.Open(options, state, loggers);
        var logger = loggers.CreateLogger(typeof(RunnerProcess));
        foreach (var file in state.Narrowed)
        {
            logger.Narrowed(file);
        }

        var exitCode = await LiveAsync(options, silo, sandboxes.Kind, state, loggers, signals, service);
        logger.RunnerEnded(exitCode);
        return exitCode;
    }

    private static async Task<int> LiveAsync(
        RunnerOptions options,
        IServiceProvider silo,
        ISandboxes sandboxes,
        StateFolder state,
        ILoggerFactory loggers,
        RunnerSignals signals,
        ServiceManager service)
    {
        var executors = silo.GetRequiredService<ExecutorSessions>();
        await using var link = ControlPlaneLink.Open(options, executors, loggers);
        var meter = new RunnerMeter { Slots = () => (options.Slots, service.Vitals.Busy) };
        var readiness = new Readiness(service.Vitals, sandboxes, TimeProvider.System);
        await using var pages = await StatusServer.StartAsync(
            options.Metrics, meter, metrics => new StatusPages(metrics, service.Vitals, readiness), loggers);
        var life = new RunnerLife(options, new Surroundings
        {
            Link = link.Plane,
            Sandboxes = sandboxes,
            State = state,
            Time = TimeProvider.System,
            Chance = Random.Shared,
            Loggers = loggers,
            Executors = executors,
            Grains = silo.GetRequiredService<IGrainFactory>(),
            Meter = meter,
            Service = service,
        });
        return await life.RunAsync(signals);
    }
}
