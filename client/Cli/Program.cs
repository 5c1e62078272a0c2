using System.CommandLine;
using System.CommandLine.Invocation;
using OrleansHybrid.Cli.Commands;
using OrleansHybrid.Client;
using OrleansHybrid.Primitives.Output;

namespace OrleansHybrid.Cli;

/// <summary>The program <c>hybrid</c>.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => RunAsync(args, CliConsole.ForCurrentProcess());

    /// <summary>Runs one command line and gives its exit code.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, CliConsole console, CancellationToken cancellationToken = default)
    {
        // Payloads and keys may begin with @: they are values, not files with more arguments.
        var parsed = HybridCommand.Build(console).Parse(
            args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return ReportUsageError(parsed, console);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false },
                cancellationToken);
        }
        catch (CliException ex)
        {
            return ReportError(console, ex.Message, ex.ExitCode);
        }
        catch (HybridException ex)
        {
            return ReportError(console, ex.Message, ExitCodeMapper.From(ex));
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (IOException ex)
        {
            return ReportError(console, ex.Message, ExitCodes.Failure);
        }
        catch (OperationCanceledException)
        {
            return ReportError(console, "interrupted", ExitCodes.Interrupted);
        }
    }

    private static int ReportUsageError(ParseResult parsed, CliConsole console)
    {
        console.WriteMessage(UsageError.Describe(parsed, "hybrid"));
        return ReportError(console, $"`{CommandPath.Format(parsed.CommandResult.Command, "hybrid")} --help` shows how it is meant", ExitCodes.UsageError);
    }

    private static int ReportError(CliConsole console, string message, int exitCode)
    {
        console.WriteMessage(message);
        return exitCode;
    }
}
