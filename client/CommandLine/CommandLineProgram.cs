using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansHybrid.CommandLine;

/// <summary>A program with a tree of commands.</summary>
/// <param name="name">The command that starts it.</param>
/// <param name="usageErrorCode">Its exit code where it does not understand the line.</param>
/// <param name="notes">A note of help on a command beside its arguments and options; null for none.</param>
public sealed class CommandLineProgram(string name, int usageErrorCode, Func<Command, string?>? notes = null)
{
    // What begins with @ is a value, not a file with more arguments, and -xyz is one word.
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly HelpPrinter _help = new(name, notes);

    /// <summary>An addition to the hint at help, when a line is not understood; null for none.</summary>
    public string? UsageHint { get; init; }

    /// <summary>The tree's root, with <c>--help</c> and <c>--version</c>.</summary>
    /// <param name="description">The purpose of the program.</param>
    public RootCommand CreateRoot(string description)
    {
        var root = new RootCommand(description);
        root.Options.Clear();
        root.Add(new HelpOption("--help", "-h") { Description = "Show what a command is for, and its options", Action = _help });
        root.Add(new VersionOption("--version") { Description = "Show the version", Action = new VersionPrinter() });
        return root;
    }

    /// <summary>Shows what a command is for.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">Where it goes.</param>
    public void PrintHelp(Command command, TextWriter output) => _help.Print(command, output);

    /// <summary>Runs one command line and gives its exit code; what the command throws comes through.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="arguments">The line.</param>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what is wrong with the line.</param>
    public async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(error);
        var parsed = root.Parse([.. arguments.SelectMany(SplitEmptyValue)], Parsing);
        if (parsed.Action is ParseErrorAction)
        {
            var path = CommandPath.Format(parsed.CommandResult.Command, name);
            await error.WriteLineAsync(UsageError.Describe(parsed, name));
            await error.WriteLineAsync($"`{path} --help` shows how it is meant{(UsageHint is null ? "" : $"; {UsageHint}")}");
            return usageErrorCode;
        }

        // Signals are the command's own: a task that runs may take longer than the library would wait.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary><c>--data=</c> gives an empty value, which the library takes for none.</summary>
    private static string[] SplitEmptyValue(string argument) =>
        WordArgument.IsOption(argument) && argument.IndexOf('=', StringComparison.Ordinal) == argument.Length - 1 ? [argument[..^1], ""] : [argument];

    private sealed class VersionPrinter : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProductInfo.Version);
            return 0;
        }
    }
}
