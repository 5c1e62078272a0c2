using System.CommandLine;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.CommandLine;

/// <summary>
/// Says in one sentence what is wrong with a command line. It names the first word that is not understood and nothing
/// behind it: what follows an option that does not exist may be a secret.
/// </summary>
public static class UsageError
{
    /// <summary>The sentence.</summary>
    /// <param name="parsed">A line with errors.</param>
    /// <param name="program">The command that starts the program.</param>
    public static string Describe(ParseResult parsed, string program)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var command = parsed.CommandResult.Command;
        var path = CommandPath.Format(command, program);
        return TerminalTextSanitizer.OneLine(
            FindUnknown(parsed) is { } unknown ? DescribeUnknown(unknown, command, path)
            : FindWithoutValue(parsed) is { } option ? $"{option.Name} needs a value: {option.Description}"
            : command is { Subcommands.Count: > 0, Action: null } ? $"{path} needs a command: {string.Join(", ", Commands(command))}"
            : FindMissing(parsed) is var (name, description) ? $"{name} is missing: {description}"
            : parsed.Errors[0].Message);
    }

    private static string DescribeUnknown(string typed, Command command, string path)
    {
        var word = typed.Split(typed.StartsWith('-') ? ['=', ':'] : ['='])[0];
        if (!word.StartsWith('-'))
        {
            return command.Subcommands.Count == 0 ? $"{word} is one word too many for {path}"
                : $"{word} is not a command of {path}{Suggest(word, Commands(command))}";
        }

        var options = CommandPath.Of(command)
            .SelectMany(owner => owner.Options.Where(one => owner == command || one.Recursive))
            .ToList();
        return options.Exists(one => one.Name == word)
            ? $"{word} must stand behind the command: {path} {word}"
            : $"{word} is not an option of {path}{Suggest(word, options.OrderBy(one => one.Hidden).Select(one => one.Name))}";
    }

    private static string Suggest(string word, IEnumerable<string> names) =>
        NameSuggestion.Find(word, names) is { } name ? $": did you mean {name}?" : "";

    private static IEnumerable<string> Commands(Command command) =>
        command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name);

    /// <summary>
    /// An option that does not exist fills an argument, or what an option in front of it may have but need not. An argument of many
    /// words takes options on purpose.
    /// </summary>
    private static string? FindUnknown(ParseResult parsed) => parsed.CommandResult.Command.Arguments
        .Where(argument => argument.Arity.MaximumNumberOfValues == 1)
        .SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
        .Concat(CommandPath.Of(parsed.CommandResult.Command)
            .SelectMany(command => command.Options)
            .Where(option => option.Arity.MinimumNumberOfValues == 0)
            .SelectMany(option => parsed.GetResult(option)?.Tokens ?? []))
        .Select(token => token.Value)
        .FirstOrDefault(WordArgument.IsOption) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);

    private static Option? FindWithoutValue(ParseResult parsed) => CommandPath.Of(parsed.CommandResult.Command)
        .SelectMany(command => command.Options)
        .FirstOrDefault(option => option.Arity.MinimumNumberOfValues > 0
            && parsed.GetResult(option) is { IdentifierToken: not null, Tokens.Count: 0 });

    private static (string Name, string? Description)? FindMissing(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Arguments
            .Where(one => one.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(one) is null or { Tokens.Count: 0 })
            .Select(one => (one.Name, one.Description))
            .Concat(command.Options.Where(one => one.Required && parsed.GetResult(one) is null or { Implicit: true }).Select(one => (one.Name, one.Description)))
            .Cast<(string, string?)?>()
            .FirstOrDefault();
    }
}
