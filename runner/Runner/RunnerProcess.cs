using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.Listening;
using Orleans.Hybrid.Runner.Metrics;
using Orleans.Hybrid.Runner.State;
using Orleans.Hybrid.Runner.Supervision;

namespace Orleans.Hybrid.Runner;

/// <summary>
/// One runner. Its parts live in memory of its own, so that several may run in one process, each with its own state folder.
/// </summary>
public static class RunnerProcess
{
    /// <summary>Runs until <paramref name="signals"/>, or the control plane, end it; gives the exit code.</summary>
    public static Task<int> RunAsync(RunnerOptions options, ILoggerFactory loggers, RunnerSignals signals) =>
        RunAsync(options, loggers, signals, ServiceManager.None);

    internal static async Task<int> RunAsync(
        RunnerOptions options, ILoggerFactory loggers, RunnerSignals signals, ServiceManager service)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signals);
        using var state = StateFolder.Open(options.StateDirectory, options.ClusterId);
        using var sandboxes = TaskSandboxes.Open(options, state, loggers);
        var logger = loggers.CreateLogger(typeof(RunnerProcess));
        try
        {
            await using var engine = await ExecutorEngine.StartAsync(options, loggers);
            var exitCode = await LiveAsync(options, engine, sandboxes.Kind, state, loggers, signals, service);
            logger.RunnerEnded(exitCode);
            return exitCode;
        }
        catch (NotJoinedException e)
        {
            logger.NotJoined(e.Message);
            return ExitCode.ComeAgain;
        }
    }

    private static async Task<int> LiveAsync(
        RunnerOptions options,
        ExecutorEngine engine,
        ISandboxes sandboxes,
        StateFolder state,
        ILoggerFactory loggers,
        RunnerSignals signals,
        ServiceManager service)
    {
        var link = engine.Link(options);
        using var connections = link as IDisposable;
        var meter = new RunnerMeter { Slots = () => (options.Slots, service.Vitals.Busy) };
        var readiness = new Readiness(service.Vitals, sandboxes, TimeProvider.System);
        await using var pages = await StatusServer.StartAsync(
            options.Metrics, meter, metrics => new StatusPages(metrics, service.Vitals, readiness), loggers);
        var life = new RunnerLife(options, new Surroundings
        {
            Link = link,
            Sandboxes = sandboxes,
            State = state,
            Time = TimeProvider.System,
            Chance = Random.Shared,
            Loggers = loggers,
            Engine = engine,
            Meter = meter,
            Service = service,
        });
        return await life.RunAsync(signals);
    }
}
