using System.Diagnostics;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Output;

/// <summary>B10: the real program, with whatever somebody has made of its standard output and error.</summary>
public sealed class OutputTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("--help", ">&-", 0)]
    [InlineData("--help", ">&- 2>&-", 0)]
    [InlineData("nonsense", "2>&-", ExitCodes.UsageError)]
    [InlineData("worker status " + TaskId, ">&-", 0)]
    [InlineData("worker cancel " + TaskId, ">&- 2>&-", 0)]
    public async Task A_closed_output_is_no_error_and_the_work_is_done(string line, string closed, int exitCode)
    {
        await using var test = await StartAsync();
        test.SetTask("", "running");
        test.Server.On($"{Get.Replace("GET", "POST", StringComparison.Ordinal)}/cancel", FakeResponse.Json("""{"msg":"Cancelled"}"""));

        var (output, error) = await InShellAsync(test, $"$HYBRID {line} {closed}; echo $?");

        Assert.Equal($"{exitCode}\n", output);
        Assert.DoesNotContain("exception", error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(line.StartsWith("worker", StringComparison.Ordinal) ? 1 : 0, test.Server.Requests.Count);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("worker log --follow " + TaskId)]
    [InlineData("worker log --json --follow " + TaskId)]
    [InlineData("worker queue --wait hello")]
    public async Task A_reader_of_the_first_line_alone_ends_an_endless_log_without_an_error(string line)
    {
        await using var test = await StartAsync();
        test.SetTask("", "running");
        test.Server.On(Log, FakeResponse.Text("one line\n"), FakeResponse.Text("one more line\n", 206));

        var (output, error) = await InShellAsync(test, $"($HYBRID {line}; echo $? > ended) | head -n 1");

        Assert.Contains("one line", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal($"{ExitCodes.OutputClosed}\n", await File.ReadAllTextAsync(Path.Combine(test.WorkingFolder, "ended")));
        Assert.DoesNotContain("exception", error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("pipe", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 10_000)]
    public async Task Progress_bars_show_as_such_on_a_terminal()
    {
        await using var test = await StartAsync();
        test.OutputIsTerminal = true;
        test.SetTask("\r 10 %\e[K\r100 %\r\ndone\n", "complete");

        Assert.Equal("\r 10 %\r100 %\r\ndone\n", (await test.RunAsync($"worker log {TaskId}")).Out);
        Assert.Equal("\r 10 %\r100 %\r\ndone\n", (await test.RunAsync($"worker log --follow {TaskId}")).Out);
        Assert.Equal("\r 10 %\r100 %\r\ndone\n", (await test.RunAsync("worker queue --wait hello")).Out);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("treeder/hello.rb -- --retries 3", "--retries 3")]
    [InlineData("treeder/hello.rb sh run.sh --retries 3", "sh run.sh --retries 3")]
    [InlineData("treeder/hello.rb --loud", "--loud")]
    public async Task Words_after_the_image_belong_to_the_program(string rest, string command)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync($"worker upload --name hello {rest}");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains(
            System.Text.Json.JsonSerializer.Serialize(command, Contracts.Iron.IronJson.Default.String),
            test.Server.Single(Upload).Body,
            StringComparison.Ordinal);
    }

    private static async Task<(string Output, string Error)> InShellAsync(CliFixture test, string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = test.WorkingFolder,
            Environment = { ["HYBRID"] = $"dotnet exec {typeof(Program).Assembly.Location}", ["HOME"] = test.HomeFolder },
        };
        foreach (var (name, value) in test.Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output, await error);
    }
}
