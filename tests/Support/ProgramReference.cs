using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;
using Xunit;

namespace OrleansHybrid.Support;

/// <summary>Compares what the reference says of a program with the program's own tree of commands, in both directions.</summary>
public static partial class ProgramReference
{
    private const string None = "–";

    /// <summary>Every setting is in the section of the program, under its variable and its option, and nothing else.</summary>
    /// <param name="program">The program, and the heading of its section.</param>
    /// <param name="options">The options that stand for settings.</param>
    /// <param name="help">The program's text on settings that have no option.</param>
    public static void AssertSettings(string program, IEnumerable<Option> options, string help)
    {
        var told = Settings(program).ToList();
        var taken = options.Where(IsOwn).Select(option => (Variable().Match(option.Description ?? "") is { Success: true } variable
            ? variable.Groups["name"].Value
            : None, option.Name));

        Assert.Equal(taken.Order(), told.Where(row => row.Option != None).Order());
        Assert.All(told.Where(row => row.Option == None), row => Assert.Matches($@"\b{row.Variable}\b", help));
    }

    /// <summary>Every command has its heading, and below it each argument and each option that is no setting, and nothing else.</summary>
    /// <param name="program">The program, and the heading of its section.</param>
    /// <param name="root">Its tree.</param>
    public static void AssertCommands(string program, Command root)
    {
        var settings = Settings(program).Select(row => row.Option).ToHashSet();
        var told = Chapters(Section("cli.md", program)).Select(chapter => $"{chapter.Command}: {string.Join(' ', chapter.Names.Order(StringComparer.Ordinal))}").ToList();
        var taken = Walk(root, program).Select(one =>
            $"{one.Line}: {string.Join(' ', NamesOf(one.Command).Except(settings).Order(StringComparer.Ordinal))}").ToList();

        Assert.NotEmpty(told);
        Assert.Equal([], taken.Except(told));
        Assert.Equal([], told.Except(taken));
    }

    /// <summary>Every metric is in the section of the program, under its name for Prometheus and with its kind, and no other.</summary>
    /// <param name="program">The program, and the heading of its section.</param>
    /// <param name="shown">What it shows once all of them have counted something.</param>
    public static void AssertMetrics(string program, PrometheusPage shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var told = MetricRow().Matches(Section("metrics.md", program)).Select(row => (row.Groups["name"].Value, row.Groups["kind"].Value));

        Assert.Equal(told.Order(), shown.Families.Order());
    }

    private static IEnumerable<(string Line, Command Command)> Walk(Command command, string line) => command.Subcommands
        .Where(one => !one.Hidden)
        .SelectMany(one => Walk(one, $"{line} {one.Name}"))
        .Concat(command.Action is null ? [] : [(line, command)]);

    private static IEnumerable<string> NamesOf(Command command)
    {
        var names = command.Arguments.Where(argument => !argument.Hidden).Select(argument => argument.Name)
            .Concat(command.Options.Where(IsOwn).Select(NameOf));
        return names.Concat(command.Parents.OfType<Command>().SelectMany(Inherited));
    }

    private static IEnumerable<string> Inherited(Command command) => command.Options
        .Where(option => option.Recursive && IsOwn(option)).Select(NameOf)
        .Concat(command.Parents.OfType<Command>().SelectMany(Inherited));

    /// <summary>As help shows it: an option of one letter with one dash.</summary>
    private static string NameOf(Option option) => option.Name.Length > 3 ? option.Name : option.Name[1..];

    private static bool IsOwn(Option option) => !option.Hidden && option is not (HelpOption or VersionOption);

    private static IEnumerable<(string Variable, string Option)> Settings(string program) => SettingRow().Matches(Section("settings.md", program))
        .Select(row => (row.Groups["variable"].Value.Trim('`'), row.Groups["option"].Value.Trim('`')));

    private static IEnumerable<(string Command, IEnumerable<string> Names)> Chapters(string section) => Chapter().Matches(section)
        .Select(chapter => (
            string.Join(' ', chapter.Groups["line"].Value.Split(' ').TakeWhile(word => Word().IsMatch(word))),
            NameRow().Matches(chapter.Groups["text"].Value).Select(row => NameIn(row.Groups["name"].Value))));

    /// <summary>Of <c>-f, --follow</c> the long one; of an option with a value its name.</summary>
    private static string NameIn(string cell) => cell.StartsWith('-')
        ? cell.Split(", ")[^1].Split(' ')[0]
        : cell.Replace("\\|", "|", StringComparison.Ordinal);

    private static string Section(string page, string program)
    {
        var text = File.ReadAllText(Path.Combine(FindRoot(AppContext.BaseDirectory), "docs", "reference", page));
        return Assert.Single(text.Split("\n## "), section => section.StartsWith($"{program}\n", StringComparison.Ordinal));
    }

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Orleans.Hybrid.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no solution above the tests"));

    [GeneratedRegex(@"\((?<name>[A-Z_]+)\)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\| (?<variable>`[A-Z_]+`|–) \| (?<option>`--[a-z-]+`|–) \|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex(@"^\| `hybrid\.[a-z.]+` \| `(?<name>[a-z_]+)` \| (?<kind>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^### `(?<line>[^`]+)`\n(?<text>(?:(?!### ).*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex NameRow();

    [GeneratedRegex("^[a-z][a-z-]*$")]
    private static partial Regex Word();
}
