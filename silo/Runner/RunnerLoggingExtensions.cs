using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner;

/// <summary>The runner's log, on standard output.</summary>
internal static class RunnerLoggingExtensions
{
    /// <summary>Adds the runner's own messages from <paramref name="level"/> on, and of what it is built on no less than warnings.</summary>
    public static ILoggingBuilder AddRunnerLog(this ILoggingBuilder logging, bool asJson, LogLevel level) => logging
        .SetMinimumLevel(level)
        .AddFilter("Orleans", LogLevel.Warning)

        // Its first look counts from when the machine started.
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)

        // It recommends the garbage collector of servers, which a runner does without on purpose.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
        .AddFilter("OrleansHybrid", level)
        .AddFilter("Microsoft", LogLevel.Warning)

        // Whoever asks for the pages is told.
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
        .AddFilter("Polly", LogLevel.Warning)
        .AddConsoleLog(asJson);
}
