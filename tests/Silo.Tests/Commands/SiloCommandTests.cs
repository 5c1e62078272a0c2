using System.CommandLine;
using OrleansHybrid.Silo.Commands;

namespace OrleansHybrid.Silo.Tests.Commands;

/// <summary>The command line of <c>silo</c>: what help shows at each level, and what is said of a line that is not understood.</summary>
public sealed class SiloCommandTests
{
    private const string Secret = "do-not-show";

    /// <summary>The words of each command that a person is told of.</summary>
    public static TheoryData<string> Lines() => [.. Walk(SiloCommand.Build(), "").Select(one => one.Line)];

    [Fact]
    public void Each_verb_is_in_the_tree()
    {
        string[] verbs =
        [
            "", "up", "demo", "serve", "ready", "admin", "admin user", "admin user create", "admin user list", "admin user operator",
            "admin user email", "admin token", "admin token create", "admin token list", "admin token revoke", "admin project",
            "admin project create", "admin project cluster", "admin project list", "admin secrets", "admin certificate", "admin setup",
            "admin history", "launcher", "launcher doctor", "launcher try",
        ];

        Assert.Equal(verbs, Walk(SiloCommand.Build(), "").Select(one => one.Line));
    }

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Lines))]
    public async Task Help_says_what_a_command_and_each_of_its_options_is_for(string line)
    {
        var command = Find(line);
        foreach (var help in (string[])["--help", "-h"])
        {
            var (code, output, error) = await RunAsync([.. Words(line), help]);

            Assert.Equal((0, ""), (code, error));
            Assert.StartsWith($"{command.Description}\n", output, StringComparison.Ordinal);
            Assert.Contains($"Usage: silo {line}".TrimEnd(), output, StringComparison.Ordinal);
            Assert.All(Shown(command), option => Assert.Matches($@"  (-h, )?{option.Name}\b.*  \S.*\n", output));
            Assert.All(Shown(command), option => Assert.Contains($"  {option.Description}\n", output, StringComparison.Ordinal));
            Assert.All(command.Arguments, argument => Assert.Contains($"  {argument.Description}\n", output, StringComparison.Ordinal));
            Assert.All(command.Subcommands.Where(one => !one.Hidden), one => Assert.Contains($"  {one.Description}\n", output, StringComparison.Ordinal));
        }
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Lines))]
    public async Task A_misspelt_verb_or_option_is_named_with_the_one_that_is_meant(string line)
    {
        var command = Find(line);
        foreach (var name in command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name).Concat(Shown(command).Select(one => one.Name)))
        {
            var (code, output, error) = await RunAsync([.. Words(line), $"{name}x", Secret]);

            Assert.Equal((ExitCodes.UsageError, ""), (code, output));
            Assert.StartsWith($"{name}x is not ", error, StringComparison.Ordinal);
            Assert.Contains($": did you mean {name}?\n", error, StringComparison.Ordinal);
            Assert.Contains($"`silo {line}".TrimEnd() + " --help` shows how it is meant\n", error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_setting_says_which_variable_stands_for_it() => Assert.All(
        Find("up").Options.Where(option => option.Name != "--help"),
        option => Assert.EndsWith(
            $"(HYBRID_{option.Name[2..].Replace('-', '_').ToUpperInvariant()})", option.Description, StringComparison.Ordinal));

    [Theory(Timeout = 10_000)]
    [InlineData("up")]
    [InlineData("serve")]
    [InlineData("ready")]
    [InlineData("admin user list")]
    [InlineData("admin history")]
    [InlineData("launcher doctor")]
    public async Task Every_command_that_reads_settings_takes_each_of_them(string line)
    {
        string[] settings = [.. Find("up").Options.Select(option => option.Name).Where(name => name is not ("--help" or "--no-runner"))];

        // The last one is not understood, and so nothing is run.
        var (_, _, error) = await RunAsync([.. Words(line), .. settings.SelectMany(name => (string[])[name, "x"]), "--no-runner", "--nonsense"]);

        Assert.StartsWith("--nonsense is not an option", error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("", "silo needs a command: up, demo, serve, ready, admin, launcher")]
    [InlineData("admin token", "silo admin token needs a command: create, list, revoke")]
    [InlineData("nonsense", "nonsense is not a command of silo\n")]
    [InlineData("serv", "serv is not a command of silo: did you mean serve?")]
    [InlineData("--urls x up", "--urls must stand behind the command: silo up --urls")]
    [InlineData("admin --label x token create ann", "--label must stand behind the command: silo admin token create --label")]
    [InlineData("up --urls", "--urls needs a value: ")]
    [InlineData("up --postgres=Password=do-not-show", "--postgres is not an option of silo up: did you mean --postgres-file?")]
    [InlineData("up --decryption-key do-not-show", "--decryption-key is not an option of silo up\n")]
    [InlineData("up Password=do-not-show", "Password is one word too many for silo up")]
    [InlineData("up --no-runner do-not-show", "--no-runner takes no value")]
    [InlineData("up --no-runner --pubic-url do-not-show", "--pubic-url is not an option of silo up: did you mean --public-url?")]
    [InlineData("demo --urls x", "--urls is not an option of silo demo")]
    [InlineData("admin user list all", "all is one word too many for silo admin user list")]
    [InlineData("admin user create", "NAME is missing: ")]
    [InlineData("admin user create --pasword do-not-show ann", "--pasword is not an option of silo admin user create")]
    [InlineData("admin user operator ann maybe", "on|off must be on or off")]
    [InlineData("admin project create x", "--user is missing: ")]
    [InlineData("admin project cluster x", "CLUSTER is missing: ")]
    public async Task A_usage_error_is_one_sentence_without_values_that_may_be_secret(string line, string sentence)
    {
        var (code, output, error) = await RunAsync(Words(line));

        Assert.Equal((ExitCodes.UsageError, ""), (code, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("help")]
    [InlineData("help me")]
    public async Task Help_can_be_asked_for_by_a_verb(string line) =>
        Assert.Equal((await RunAsync("--help")).Output, (await RunAsync(Words(line))).Output);

    [Fact(Timeout = 10_000)]
    public async Task The_version_is_printed() =>
        Assert.Equal((0, $"{ProductInfo.Version}\n", ""), await RunAsync("--version"));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Command Find(string line) => Walk(SiloCommand.Build(), "").First(one => one.Line == line).Command;

    private static IEnumerable<(string Line, Command Command)> Walk(Command command, string line) => command.Subcommands
        .Where(one => !one.Hidden)
        .SelectMany(one => Walk(one, $"{line} {one.Name}".TrimStart()))
        .Prepend((line, command));

    /// <summary>The options that a command takes, its own and those of every command above it.</summary>
    private static List<Option> Shown(Command command)
    {
        var options = command.Options.ToList();
        for (var at = command; at.Parents.OfType<Command>().FirstOrDefault() is { } parent; at = parent)
        {
            options.AddRange(parent.Options.Where(option => option.Recursive));
        }

        return [.. options.Where(option => !option.Hidden)];
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (await SiloCommand.RunAsync(arguments, output, error), output.ToString(), error.ToString());
    }
}
