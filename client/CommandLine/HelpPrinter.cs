using System.CommandLine;
using System.CommandLine.Invocation;

namespace OrleansHybrid.CommandLine;

/// <summary>
/// Prints what a command is for. The library's own help shows of each option the name that sorts first, which may be one
/// with a single dash that only old scripts use.
/// </summary>
/// <param name="program">The command that starts the program.</param>
/// <param name="notes">A further note on a command; null for none.</param>
public sealed class HelpPrinter(string program, Func<Command, string?>? notes = null) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        Print(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        return 0;
    }

    /// <summary>The same, of any command.</summary>
    public void Print(Command command, TextWriter output)
    {
        var path = CommandPath.Of(command);
        output.Write($"{command.Description}\n\nUsage: {CommandPath.Format(command, program)}{Usage(command)}\n");
        Print(output, "Commands", command.Subcommands.Where(one => !one.Hidden).Select(one => (one.Name, one.Description)));
        Print(output, "Arguments", command.Arguments.Where(one => !one.Hidden).Select(one => (one.Name, one.Description)));
        Print(output, "Options", Shown(command.Options.Where(one => !one.Recursive)));
        foreach (var (depth, owner) in path.Index().Reverse())
        {
            var title = depth == 0 ? "Options of every command" : $"Options of every command of {CommandPath.Format(owner, program)}";
            Print(output, title, Shown(owner.Options.Where(one => one.Recursive)));
        }

        if (notes?.Invoke(command) is { } note)
        {
            output.Write($"\n{note}\n");
        }
    }

    private static string Usage(Command command)
    {
        var required = command.Options.Where(one => one.Required).Select(one => $" {one.Name} {one.HelpName}");
        var arguments = command.Arguments.Select(
            one => one.Arity.MinimumNumberOfValues > 0 ? $" {one.Name}" : $" [{one.Name}...]");
        return string.Concat(required)
            + (command is { Subcommands.Count: > 0, Action: null } ? " COMMAND" : " [options]")
            + string.Concat(arguments);
    }

    private static IEnumerable<(string Names, string? Description)> Shown(IEnumerable<Option> options) =>
        options.Where(one => !one.Hidden).Select(Row);

    private static (string Names, string? Description) Row(Option option)
    {
        var shortNames = option.Aliases.Where(alias => alias.Length == 2);
        var names = option.Name.Length > 3 ? shortNames.Append(option.Name) : shortNames;
        return ($"{string.Join(", ", names)} {option.HelpName}".TrimEnd(), option.Description);
    }

    private static void Print(TextWriter output, string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        var width = all.Max(row => row.Name.Length);
        output.Write($"\n{title}:\n");
        foreach (var (name, description) in all)
        {
            output.Write($"  {name.PadRight(width)}  {description}\n");
        }
    }
}
