using System.CommandLine;
using System.Text.RegularExpressions;
using OrleansHybrid.Cli.Commands;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests;

public sealed class ErrorHandlingTests
{
    [Theory(Timeout = 10_000)]
    [InlineData(400, ExitCodes.RemoteError)]
    [InlineData(401, ExitCodes.AuthenticationFailed)]
    [InlineData(403, ExitCodes.AuthenticationFailed)]
    [InlineData(404, ExitCodes.NotFound)]
    [InlineData(409, ExitCodes.Conflict)]
    [InlineData(500, ExitCodes.RemoteError)]
    [InlineData(503, ExitCodes.Unavailable)]
    public async Task A_rejection_has_its_own_exit_code_and_the_servers_message(int status, int exitCode)
    {
        await using var test = await StartAsync();
        test.Server.On(Queue, FakeResponse.Error(status, "for this reason"));

        var outcome = await test.RunAsync("worker queue hello");

        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("for this reason", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        await using var test = await StartAsync();
        await test.Server.DisposeAsync();

        var outcome = await test.RunAsync("worker queue hello");

        Assert.Equal(ExitCodes.Unavailable, outcome.ExitCode);
        Assert.Contains(test.Variables["IRON_PORT"], outcome.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("", "hybrid --help")]
    [InlineData("worker", "hybrid worker --help")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("worker queue", "CODE")]
    [InlineData("wrker queue hello", "wrker is not a command of hybrid: did you mean worker?")]
    [InlineData("worker queu hello", "queu is not a command of hybrid worker: did you mean queue?")]
    [InlineData("cluster runner lst", "lst is not a command of hybrid cluster runner: did you mean list?")]
    [InlineData("--versoin", "--versoin is not an option of hybrid: did you mean --version?")]
    [InlineData("worker queue --payloda x hello", "--payloda is not an option of hybrid worker queue: did you mean --payload?")]
    [InlineData("worker queue --nope hello", "--nope is not an option of hybrid worker queue\n")]
    [InlineData("key id one", "one is one word too many for hybrid key id")]
    [InlineData("worker queue --payload", "--payload needs a value")]
    [InlineData("worker queue --priority high hello", "--priority takes a whole number from 0 to 2, not high")]
    [InlineData("worker queue --priority 9 hello", "--priority takes a whole number from 0 to 2, not 9: give one, or leave --priority out")]
    [InlineData("worker queue --priority -1 hello", "--priority takes a whole number from 0 to 2, not -1")]
    [InlineData("worker queue --timeout -5 hello", "--timeout takes a whole number from 1 on, not -5")]
    [InlineData("worker queue --timeout 0 hello", "--timeout takes a whole number from 1 on, not 0")]
    [InlineData("worker queue --delay -1 hello", "--delay takes a whole number from 0 to 604800, not -1")]
    [InlineData("worker queue --delay 604801 hello", "from 0 to 604800, not 604801")]
    [InlineData("worker schedule --priority 3 hello", "--priority takes a whole number from 0 to 2, not 3")]
    [InlineData("worker schedule --timeout -5 hello", "--timeout takes a whole number from 1 on, not -5")]
    [InlineData("worker schedule --delay -1 hello", "--delay takes a whole number from 0 to 315360000, not -1")]
    [InlineData("worker schedule --run-every 59 hello", "--run-every takes a whole number from 60 on, not 59")]
    [InlineData("worker upload --name hello --retries -1 treeder/hello.rb", "--retries takes a whole number from 0 to 10, not -1")]
    [InlineData("worker upload --name hello --retries 11 treeder/hello.rb", "from 0 to 10, not 11")]
    [InlineData("worker upload --name hello --default-priority 9 treeder/hello.rb", "--default-priority takes a whole number from 0 to 2, not 9")]
    [InlineData("worker upload --name hello --retries-delay -1 treeder/hello.rb", "--retries-delay takes a whole number from 0 to 604800, not -1")]
    [InlineData("worker upload --name hello treeder/hello.rb --retries 3", "--retries stands after the image")]
    [InlineData("worker upload --name hello treeder/hello.rb -e A=b", "or write -- in front of the command")]
    [InlineData("worker upload --name hello treeder/hello.rb --zip=app.zip", "--zip stands after the image")]
    [InlineData("worker upload --name hello treeder/hello.rb --json", "put it before the image")]
    [InlineData("launcher runs --limit 101", "--limit takes a whole number from 1 to 100, not 101")]
    [InlineData("worker queue -n 0 hello", "from 1 on")]
    [InlineData("worker queue --payload a --payload-file b hello", "not both")]
    [InlineData("worker queue --encryption-key a --encryption-key-file b hello", "not both")]
    [InlineData("worker upload treeder/hello.rb", "--name")]
    [InlineData("worker upload --name hello --zap x treeder/hello.rb", "--zap is not an option of hybrid worker upload: did you mean --zip?")]
    [InlineData("worker upload --name hello -e NOVALUE treeder/hello.rb", "NOVALUE is not KEY=VALUE")]
    [InlineData("keygen --bits 100", "100")]
    public async Task A_misspelt_line_changes_nothing_and_shows_the_way(string line, string words)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal((ExitCodes.UsageError, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("worker queue --payload-file missing hello")]
    [InlineData("worker upload --name hello --zip missing treeder/hello.rb")]
    [InlineData("worker upload --name hello --config-file missing treeder/hello.rb")]
    public async Task A_file_that_is_not_there_is_named(string line)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal(ExitCodes.Failure, outcome.ExitCode);
        Assert.Contains("missing", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_payload_that_no_json_text_can_carry_is_rejected_rather_than_bent()
    {
        await using var test = await StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(test.WorkingFolder, "binary"), [0xff, 0xfe, 0x00]);

        var outcome = await test.RunAsync("worker queue --payload-file binary hello");

        Assert.Equal(ExitCodes.Failure, outcome.ExitCode);
        Assert.Contains("base64", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Verbose_tells_each_exchange_without_the_token()
    {
        await using var test = await StartAsync();
        test.Server.On(
            Queue, FakeResponse.Error(503, "busy"), FakeResponse.Json($$"""{"tasks":[{"id":"{{TaskId}}"}]}"""));

        var outcome = await test.RunAsync("worker queue --verbose --payload secret-words hello");

        Assert.Equal($"{TaskId}\n", outcome.Out);
        Assert.Equal(2, outcome.Error.Split("POST http").Length - 1);
        Assert.Contains("-> 503", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Every_command_says_what_it_and_each_of_its_options_is_for()
    {
        await using var test = await StartUnconfiguredAsync();
        var lines = Lines(HybridCommand.Build(CliConsole.ForCurrentProcess()), "").ToList();

        Assert.Equal(34, lines.Count);
        foreach (var (line, command) in lines)
        {
            var outcome = await test.RunAsync($"{line} --help");

            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
            Assert.Contains(command.Description!, outcome.Out, StringComparison.Ordinal);
            var described = command.Options.Select(option => option.Description)
                .Concat(command.Arguments.Select(argument => argument.Description));
            Assert.All(described, text => Assert.Matches($"  {Regex.Escape(text!)}\n", outcome.Out));
        }
    }

    private static IEnumerable<(string Line, Command Command)> Lines(Command command, string line) =>
        command.Subcommands.SelectMany(one => Lines(one, $"{line} {one.Name}")).Prepend((line, command));
}
