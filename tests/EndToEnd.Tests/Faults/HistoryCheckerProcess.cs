using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary><c>silo admin history</c>, as an operator runs it, also beside a control plane that serves.</summary>
internal static class HistoryCheckerProcess
{
    /// <summary>The report on all tasks of a control plane.</summary>
    public static async Task<JsonNode> ReportAsync(ControlPlaneProcess plane, params string[] more)
    {
        await using var program = new RunningProgram("Silo", ["admin", "history", "--json", .. plane.Database, .. more]);
        var exitCode = await program.WaitForExitAsync();
        var report = JsonSerializer.Deserialize<JsonNode>(await program.WaitForLineAsync("{"))!;
        Assert.Equal(report["violations"]!.GetValue<long>() == 0 ? 0 : 1, exitCode);
        return report;
    }

    /// <summary>It finds nothing wrong, and saw so many tasks, all of them ended.</summary>
    public static async Task<JsonNode> AssertNoViolationsAsync(ControlPlaneProcess plane, int tasks, params string[] more)
    {
        var report = await ReportAsync(plane, more);
        Assert.True(report["violations"]!.GetValue<long>() == 0, report.ToString());
        Assert.Equal((tasks, tasks), (report["tasks"]!.GetValue<int>(), report["ended"]!.GetValue<int>()));
        return report;
    }
}
