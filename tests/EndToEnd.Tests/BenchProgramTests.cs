using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>The bench measures on a quiet machine only; that it runs at all is seen here.</summary>
public sealed class BenchProgramTests : ProgramTestBase
{
    [Theory(Timeout = 120_000)]
    [InlineData("queue-1000", "queue, 1,000 tasks per request")]
    [InlineData("finish-500", "claim + finish")]
    [InlineData("list", "list")]
    public async Task It_prints_a_row_of_what_it_was_asked_for(string row, string what)
    {
        await using var bench = new RunningProgram("Bench", ["--store", "sqlite", "--only", row, "--size", "smoke"]);

        Assert.True(await bench.WaitForExitAsync() == 0, bench.Output);
        Assert.Contains(
            bench.StandardOutput.Split('\n'),
            line => line.StartsWith("| SQLite", StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal));
    }
}
