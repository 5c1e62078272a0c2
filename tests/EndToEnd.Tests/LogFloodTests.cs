using System.Globalization;
using System.Text.RegularExpressions;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>A container that prints far more than is kept, as fast as it can (I12, S25).</summary>
public sealed partial class LogFloodTests : ProgramTestBase
{
    private const int Limit = 1 << 20;
    private const long MaxMemory = 150L << 20;

    [DockerFact(Timeout = 300_000)]
    public Task S25_a_flood_of_lines_costs_neither_memory_nor_the_result() => FloodAsync("yes a line of many", 1L << 30);

    [DockerFact(Timeout = 300_000)]
    public Task S25_a_line_without_an_end_costs_neither_memory_nor_the_result() =>
        FloodAsync("tr '\\\\000' x </dev/zero", 200L << 20);

    private static async Task FloodAsync(string flood, long bytes)
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("EXECUTOR", "docker"), ("SLOTS", "2"), ("LOG_LIMIT", $"{Limit}"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync(
            "flood", $"""["sh","-c","{flood} | head -c {bytes}; echo; echo the end"]""", image: TestImages.Busybox);
        await iron.UploadAsync("quiet", "echo quiet", image: TestImages.Busybox);

        var task = await iron.QueueAsync("flood");
        await iron.WaitForStatusAsync(task, "running");
        var beside = await iron.QueueAsync("quiet");
        await iron.WaitForStatusAsync(beside, "complete");
        await iron.WaitForStatusAsync(task, "complete");

        Assert.InRange(PeakOf(runner.Id), 1, MaxMemory);
        Assert.Equal("quiet\n", await LogAsync(iron, beside));
        var log = await LogAsync(iron, task);
        var mark = Assert.Single(Mark().Matches(log));
        var missing = long.Parse(mark.Groups["bytes"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(log.Length, Limit / 2, Limit);
        Assert.Equal(bytes + "\nthe end\n".Length, log.Length - mark.Length + missing);
        Assert.EndsWith("\nthe end\n", log, StringComparison.Ordinal);
    }

    private static Task<string> LogAsync(HttpClient iron, string task) =>
        iron.GetStringAsync(new Uri($"tasks/{task}/log", UriKind.Relative));

    /// <summary>The most memory that a process has had resident, in bytes.</summary>
    private static long PeakOf(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\n\[(?<bytes>\d+) bytes of the log are left out here\]\n")]
    private static partial Regex Mark();
}
