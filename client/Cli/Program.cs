using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using OrleansHybrid.Cli.Commands;
using OrleansHybrid.Client;
using OrleansHybrid.Primitives.Output;

namespace OrleansHybrid.Cli;

/// <summary>The program <c>hybrid</c>.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => RunAsync(args, Shell.OfThisProcess());

    /// <summary>Runs one command line and gives its exit code.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Shell shell, CancellationToken cancellationToken = default)
    {
        // Payloads and keys may begin with @: they are values, not files with more arguments.
        var parsed = HybridCommand.Build(shell).Parse(
            args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return Misused(parsed, shell);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = shell.Out, Error = shell.Error, EnableDefaultExceptionHandler = false },
                cancellationToken);
        }
        catch (CliException ex)
        {
            return Ended(shell, ex.Message, ex.ExitCode);
        }
        catch (HybridException ex)
        {
            return Ended(shell, ex.Message, ExitCodes.Of(ex));
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (IOException ex)
        {
            return Ended(shell, ex.Message, ExitCodes.Failure);
        }
        catch (OperationCanceledException)
        {
            return Ended(shell, "interrupted", ExitCodes.Interrupted);
        }
    }

    private static int Misused(ParseResult parsed, Shell shell)
    {
        foreach (var error in parsed.Errors)
        {
            shell.Say(error.Message);
        }

        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: var command }; at = at.Parent)
        {
            names.Push(command.Name);
        }

        return Ended(shell, $"`{string.Join(' ', names)} --help` shows how it is meant", ExitCodes.Usage);
    }

    private static int Ended(Shell shell, string message, int exitCode)
    {
        shell.Say(message);
        return exitCode;
    }
}
