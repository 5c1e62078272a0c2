using Microsoft.Data.Sqlite;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>The checker of histories as a program: on whole databases, on damaged ones, and on what it is given beside them.</summary>
public sealed class HistoryCommandTests : ProgramTestBase
{
    [Fact(Timeout = 120_000)]
    public async Task It_reads_beside_a_control_plane_that_serves_and_finds_what_is_wrong()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("never", "true");
        var task = await iron.QueueAsync("never");
        await iron.CancelAsync(task);
        await HistoryCheckerProcess.AssertNoViolationsAsync(plane, tasks: 1);

        await DamageAsync(plane, $"UPDATE tasks SET phase = 3 WHERE id = '{task}'");

        var report = await HistoryCheckerProcess.ReportAsync(plane);
        var found = Assert.Single(report["first"]!.AsArray())!;
        Assert.Equal(("I1", task), (found["invariant"]!.GetValue<string>(), found["task"]!.GetValue<string>()));
    }

    [Fact(Timeout = 120_000)]
    public async Task I2_I3_I6_it_compares_with_what_callers_and_programs_wrote_down()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("never", "true");
        var task = await iron.QueueAsync("never");
        await iron.CancelAsync(task);
        var operations = Path.Combine(plane.Folder, "operations");
        await File.WriteAllTextAsync(operations, $$"""
            {"op":"queue","start":0,"end":9000000000000,"outcome":"fail"}
            {"op":"queue","start":0,"end":1,"outcome":"ok","id":"ffffffffffffffffffffffff"}
            """);
        var runs = Path.Combine(plane.Folder, "runs");
        await File.WriteAllTextAsync(runs, $$"""
            {"event":"start","task":"{{task}}","attempt":1,"at":5}
            {"event":"start","task":"{{task}}","attempt":2,"at":7}
            {"event":"end","task":"{{task}}","attempt":1,"at":8.5}
            """);

        var report = await HistoryCheckerProcess.ReportAsync(plane, "--operations", operations, "--runs", runs);

        Assert.Equal(
            [("I2", "ffffffffffffffffffffffff"), ("I3", task), ("I4", task), ("I4", task), ("I6", task)],
            report["first"]!.AsArray().Select(each => (each!["invariant"]!.GetValue<string>(), each["task"]!.GetValue<string>())).Order());
        Assert.Equal((1, 1, 0), (Count("ok"), Count("fail"), Count("unknown")));

        int Count(string outcome) => report["operations"]![outcome]!.GetValue<int>();
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task It_reads_PostgreSQL_and_tells_people_in_a_line()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("history");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, database);
        await using var plane = await ControlPlaneProcess.StartAsync("--postgres-file", file);
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("never", "true");
        await iron.CancelAsync(await iron.QueueAsync("never"));

        await using var checker = new RunningProgram("Silo", ["admin", "history", "--postgres-file", file]);

        Assert.Equal(0, await checker.WaitForExitAsync());
        await checker.WaitForLineAsync("1 tasks, 1 ended, 1 events, 0 attempts, 0 expired leases; I1 I2 I4 I5 I7 I8: nothing is wrong");
    }

    private static async Task DamageAsync(ControlPlaneProcess plane, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        await using var database = new SqliteConnection($"Data Source={Path.Combine(plane.Folder, "hybrid.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
