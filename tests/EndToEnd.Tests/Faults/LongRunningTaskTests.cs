using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.EndToEnd.Tests.Programs;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>Tasks that take longer than something else.</summary>
public sealed class LongRunningTaskTests : ProgramTestBase
{
    [Fact(Timeout = 120_000)]
    public async Task F31_a_task_of_three_leases_runs_once_and_one_beyond_its_timeout_ends_as_that()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var runner = plane.StartRunner(("SLOTS", "2"));
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("three-leases", "sleep 18", leaseSeconds: 6);
        await iron.UploadAsync("endless", "sleep 1000", leaseSeconds: 6);
        var longer = await iron.QueueAsync("three-leases");

        var overdue = await iron.WaitForEndAsync(await QueueAsync(iron, "endless", timeout: 2));

        Assert.Equal("timeout", overdue["status"]!.GetValue<string>());
        Assert.Equal(1, overdue["attempt"]!.GetValue<int>());
        Assert.Equal(1, (await iron.WaitForStatusAsync(longer, "complete"))["attempt"]!.GetValue<int>());
        var report = await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 2);
        Assert.Equal((2, 0), (report["attempts"]!.GetValue<int>(), report["lapses"]!.GetValue<int>()));
    }

    private static async Task<string> QueueAsync(HttpClient iron, string code, int timeout)
    {
        var task = new JsonObject { ["code_name"] = code, ["payload"] = "", ["timeout"] = timeout };
        using var answer = await iron.PostAsJsonAsync("tasks", new JsonObject { ["tasks"] = new JsonArray(task) });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["tasks"]![0]!["id"]!.GetValue<string>();
    }
}
