using System.Diagnostics;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>B10: the real program when somebody has closed its standard output or error.</summary>
public sealed class OutputTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("--help >&-", ExitCodes.Success)]
    [InlineData("--help >&- 2>&-", ExitCodes.Success)]
    [InlineData("doctor --log-format nonsense >&- 2>&-", ExitCodes.ConfigError)]
    [InlineData("--log-format nonsense 2>&-", ExitCodes.ConfigError)]
    public async Task A_closed_output_is_no_error(string line, int exitCode)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"dotnet exec {typeof(RunnerHost).Assembly.Location} {line}; echo $?"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var process = ChildProcessGuard.Shared.Start(start);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal($"{exitCode}\n", output);
        Assert.DoesNotContain("Unhandled", await error, StringComparison.Ordinal);
    }
}
