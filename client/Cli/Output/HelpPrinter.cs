using System.CommandLine;
using System.CommandLine.Invocation;

namespace OrleansHybrid.Cli.Output;

/// <summary>
/// Prints what a command is for. The library's own help shows of each option the name that sorts first, which is the
/// one with a single dash that only old scripts use.
/// </summary>
internal sealed class HelpPrinter(CliConsole console) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var line = Line(command);
        var names = string.Join(' ', line.Select(one => one.Name));
        console.Out.Write($"{command.Description}\n\nUsage: {names}{Usage(command)}\n");
        Print("Commands", command.Subcommands.Select(one => (one.Name, one.Description)));
        Print("Arguments", command.Arguments.Select(one => (one.Name, one.Description)));
        Print("Options", command.Options.Where(one => !one.Recursive).Select(Row));
        Print("Options of every command", line[0].Options.Where(one => one.Recursive).Select(Row));
        return 0;
    }

    /// <summary>The program, then down to the command itself.</summary>
    private static List<Command> Line(Command command)
    {
        var line = new List<Command> { command };
        while (line[0].Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            line.Insert(0, parent);
        }

        return line;
    }

    private static string Usage(Command command)
    {
        var required = command.Options.Where(one => one.Required).Select(one => $" {one.Name} {one.HelpName}");
        var arguments = command.Arguments.Select(
            one => one.Arity.MinimumNumberOfValues > 0 ? $" {one.Name}" : $" [{one.Name}...]");
        return string.Concat(required)
            + (command.Subcommands.Count > 0 ? " COMMAND" : " [options]")
            + string.Concat(arguments);
    }

    private static (string Names, string? Description) Row(Option option)
    {
        var shortNames = option.Aliases.Where(alias => alias.Length == 2);
        var names = option.Name.Length > 3 ? shortNames.Append(option.Name) : shortNames;
        return ($"{string.Join(", ", names)} {option.HelpName}".TrimEnd(), option.Description);
    }

    private void Print(string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        var width = all.Max(row => row.Name.Length);
        console.Out.Write($"\n{title}:\n");
        foreach (var (name, description) in all)
        {
            console.Out.Write($"  {name.PadRight(width)}  {description}\n");
        }
    }
}
