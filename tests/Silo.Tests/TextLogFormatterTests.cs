using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests;

/// <summary>V5, S24, B10: what the program says, whoever wrote a part of it, and whoever reads it.</summary>
public sealed class TextLogFormatterTests
{
    [Fact]
    public void A_line_of_the_log_stays_one_and_steers_nothing()
    {
        using var line = new StringWriter();
        var entry = new LogEntry<string>(
            LogLevel.Warning, "OrleansHybrid.Silo", new EventId(3), "GET /a\e[2J\n2026 info: forged\u202e\u009d0;t\a is", null, (state, _) => state);

        new TextLogFormatter(new ManualTimeProvider()).Write(entry, null, line);

        Assert.Equal(
            "2026-01-01T00:00:00.000Z warn: OrleansHybrid.Silo[3] "
            + @"GET /a\u001b[2J 2026 info: forged\u202e\u009d0;t\u0007 is" + "\n",
            line.ToString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("help >&-", ExitCodes.Success)]
    [InlineData("help >&- 2>&-", ExitCodes.Success)]
    [InlineData("nonsense >&-", ExitCodes.UsageError)]
    [InlineData("admin setup --public-url http://127.0.0.1:9 --data . >&-", ExitCodes.Success)]
    [InlineData("ready --urls http://127.0.0.1:9 >&-", ExitCodes.Failure)]
    [InlineData("serve --log-format nonsense 2>&-", ExitCodes.ConfigError)]
    public async Task B10_a_closed_output_is_no_error(string line, int exitCode)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-output-");
        var start = new ProcessStartInfo("sh", ["-c", $"dotnet exec {typeof(ControlPlane).Assembly.Location} {line}; echo $?"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        folder.Delete(recursive: true);

        Assert.Equal($"{exitCode}\n", output);
        Assert.DoesNotContain("Unhandled", await error, StringComparison.Ordinal);
    }
}
