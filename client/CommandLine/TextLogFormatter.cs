using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.CommandLine;

/// <summary>Log settings of a program that serves, for standard output.</summary>
public static class ConsoleLogExtensions
{
    /// <summary>Adds the console: a line each for people, or one JSON object each; times are UTC.</summary>
    /// <param name="logging">The program's logs.</param>
    /// <param name="asJson">Whether it is JSON.</param>
    public static ILoggingBuilder AddConsoleLog(this ILoggingBuilder logging, bool asJson)
    {
        ArgumentNullException.ThrowIfNull(logging);
        if (asJson)
        {
            return logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        }

        logging.Services.TryAddSingleton(TimeProvider.System);
        return logging.AddConsole(console => console.FormatterName = nameof(TextLogFormatter))
            .AddConsoleFormatter<TextLogFormatter, ConsoleFormatterOptions>();
    }
}

/// <summary>A line of the log for people; nothing that a caller or a task has written can begin another one, or steer the terminal.</summary>
/// <param name="time">The clock.</param>
public sealed class TextLogFormatter(TimeProvider time) : ConsoleFormatter(nameof(TextLogFormatter))
{
    private const int MaxLength = 16 * 1024;

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var fault = logEntry.Exception is { } exception ? $" {exception}" : "";
        textWriter.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {LevelName(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] "));
        textWriter.Write(TerminalTextSanitizer.Escaped((message + fault).ReplaceLineEndings(" "), MaxLength));
        textWriter.Write('\n');
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => throw new UnreachableException($"level {level}"),
    };
}
