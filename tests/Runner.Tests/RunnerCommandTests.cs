using System.CommandLine;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Tests;

/// <summary>The command line of <c>runner</c>: what help shows at each level, and what is said of a line that is not understood.</summary>
public sealed class RunnerCommandTests
{
    private const string Secret = "do-not-tell";

    /// <summary>The words of each command.</summary>
    public static TheoryData<string> Lines() => [.. Walk(RunnerCommand.Build(), "").Select(one => one.Line)];

    [Fact]
    public void Each_verb_is_in_the_tree() => Assert.Equal(["", "doctor"], Walk(RunnerCommand.Build(), "").Select(one => one.Line));

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
            Assert.Contains($"Usage: runner {line}".TrimEnd(), output, StringComparison.Ordinal);
            Assert.All(command.Options, option => Assert.Matches($@"  (-h, )?{option.Name}\b.*  \S.*\n", output));
            Assert.All(command.Options, option => Assert.Contains($"  {option.Description}\n", output, StringComparison.Ordinal));
            Assert.All(command.Subcommands, one => Assert.Contains($"  {one.Description}\n", output, StringComparison.Ordinal));
            Assert.Contains("Exit codes: ", output, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Lines))]
    public async Task A_misspelt_verb_or_option_is_named_with_the_one_that_is_meant(string line)
    {
        var command = Find(line);
        foreach (var name in command.Subcommands.Select(one => one.Name).Concat(command.Options.Select(one => one.Name)))
        {
            var (code, output, error) = await RunAsync([.. Words(line), $"{name}x", Secret]);

            Assert.Equal((ExitCodes.ConfigError, ""), (code, output));
            Assert.StartsWith($"{name}x is not ", error, StringComparison.Ordinal);
            Assert.Contains($": did you mean {name}?\n", error, StringComparison.Ordinal);
            Assert.Contains($"`runner {line}".TrimEnd() + " --help` shows how it is meant", error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_setting_is_an_option_of_both_and_says_which_variable_stands_for_it()
    {
        Assert.Equal(43, SettingOptions.Variables.Count);
        Assert.All((string[])["", "doctor"], line => Assert.All(SettingOptions.Variables, variable => Assert.EndsWith(
            $"({variable})",
            Find(line).Options.Single(option => option.Name == $"--{variable.ToLowerInvariant().Replace('_', '-')}").Description,
            StringComparison.Ordinal)));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("--cluster-token do-not-tell", "--cluster-token is not an option of runner\n")]
    [InlineData("--cluster-token=do-not-tell", "--cluster-token is not an option of runner\n")]
    [InlineData("doctor --decryption-key:do-not-tell", "--decryption-key is not an option of runner doctor\n")]
    [InlineData("--slots", "--slots needs a value: ")]
    [InlineData("slots 1", "slots is not a command of runner\n")]
    [InlineData("doctor --image", "--image needs a value: ")]
    [InlineData("doctor me", "me is one word too many for runner doctor\n")]
    [InlineData("--json", "--json is not an option of runner\n")]
    public async Task A_usage_error_is_explained_without_values_that_may_be_secret(string line, string sentence)
    {
        var (code, output, error) = await RunAsync(Words(line));

        Assert.Equal((ExitCodes.ConfigError, ""), (code, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.EndsWith("secrets come by environment or *_FILE only\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_version_is_printed() =>
        Assert.Equal((0, $"{ProductInfo.Version}\n", ""), await RunAsync("--version"));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Command Find(string line) => Walk(RunnerCommand.Build(), "").First(one => one.Line == line).Command;

    private static IEnumerable<(string Line, Command Command)> Walk(Command command, string line) =>
        command.Subcommands.SelectMany(one => Walk(one, $"{line} {one.Name}".TrimStart())).Prepend((line, command));

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (await RunnerCommand.RunAsync(arguments, output, error), output.ToString(), error.ToString());
    }
}
