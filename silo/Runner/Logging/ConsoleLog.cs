using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansHybrid.Runner.Logging;

/// <summary>What the runner says, on standard output.</summary>
internal static class ConsoleLog
{
    public static ILoggerFactory Create(LogFormat format, LogLevel level) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level)
            .AddFilter("Orleans", LogLevel.Warning)

            // Its first look counts from when the machine started.
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            .AddFilter("OrleansHybrid", level)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Polly", LogLevel.Warning)
            .AddConsole(console => console.FormatterName = format switch
            {
                LogFormat.Text => nameof(TextLineFormatter),
                LogFormat.Json => nameof(JsonLineFormatter),
                _ => throw new UnreachableException($"format {format}"),
            })
            .AddConsoleFormatter<TextLineFormatter, ConsoleFormatterOptions>()
            .AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
        logging.Services.AddSingleton(TimeProvider.System);
    });
}
