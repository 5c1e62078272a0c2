using Microsoft.Extensions.Logging;
using Orleans.Hybrid.Runner.Executors;
using Orleans.Hybrid.Runner.Link;
using Orleans.Hybrid.Runner.State;

namespace Orleans.Hybrid.Runner;

/// <summary>
/// One runner. Its parts live in memory of its own, so that several may run in one process, each with its own state folder.
/// </summary>
public static class RunnerProcess
{
    /// <summary>Runs until <paramref name="signals"/>, or the control plane, end it; gives the exit code.</summary>
    public static async Task<int> RunAsync(RunnerOptions options, ILoggerFactory loggers, RunnerSignals signals)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signals);
        using var state = StateFolder.Open(options.StateDirectory, options.ClusterId);
        using var link = new HttpControlPlane(options.ApiUrl, TimeProvider.System);
        using var sandboxes = TaskSandboxes.Open(options, state, loggers);
        var life = new RunnerLife(options, new Surroundings
        {
            Link = link,
            Sandboxes = sandboxes.Kind,
            State = state,
            Time = TimeProvider.System,
            Chance = Random.Shared,
            Loggers = loggers,
        });
        var exitCode = await life.RunAsync(signals);
        loggers.CreateLogger(typeof(RunnerProcess)).RunnerEnded(exitCode);
        return exitCode;
    }
}
