using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Silo;

/// <summary>A line of the log for people; nothing that a caller or a task has written can begin another one, or steer the terminal.</summary>
internal sealed class TextLogFormatter(TimeProvider time) : ConsoleFormatter(nameof(TextLogFormatter))
{
    private const int MaxLength = 16 * 1024;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
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
