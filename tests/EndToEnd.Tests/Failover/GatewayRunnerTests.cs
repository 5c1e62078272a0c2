using System.Runtime.Versioning;
using OrleansHybrid.EndToEnd.Tests.Faults;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Runners that reach the control plane through its gateways, as processes beside them.</summary>
[SupportedOSPlatform("linux")]
public sealed class GatewayRunnerTests : ProgramTestBase, IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-e2e");

    // Tasks of a runner that is root run as somebody else, who has to be able to look at the gate.
    public GatewayRunnerTests() => File.SetUnixFileMode(_folder.FullName, ForAll);

    private string Gate => Path.Combine(_folder.FullName, "open");

    /// <summary>Runs until the gate is open.</summary>
    private string Wait => $$"""["sh", "-c", "until [ -e {{Gate}} ]; do sleep 0.1; done"]""";

    public void Dispose() => _folder.Delete(recursive: true);

    [TwoSilosFact(Timeout = 300_000)]
    public async Task Tasks_of_one_that_is_killed_are_run_by_the_one_that_takes_its_place()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("runner_killed");
        await using var silos = await SiloProcesses.StartAsync(database, 2);
        using var iron = silos[0].CreateIronClient();
        await iron.UploadAsync("wait", Wait, leaseSeconds: 10);
        await using var first = silos[0].StartRunner(silos.Gateways, ("SLOTS", "4"));
        var tasks = await QueueAsync(iron, "wait", 8);
        foreach (var task in tasks.Take(4))
        {
            await iron.WaitForStatusAsync(task, "running");
        }

        await first.CrashAsync();
        await using var second = silos[1].StartRunner(silos.Gateways, ("SLOTS", "8"));
        await File.WriteAllTextAsync(Gate, "");

        await CompleteAsync(iron, tasks);
        second.Terminate();
        Assert.Equal(0, await second.WaitForExitAsync());
        await HistoryCheckerProcess.AssertNoViolationsAsync(silos[0], tasks: 8);
    }

    [TwoSilosFact(Timeout = 300_000)]
    public async Task Two_of_them_and_one_over_HTTPS_share_the_work_and_hear_of_a_cancel()
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync("runner_silos");
        await using var silos = await SiloProcesses.StartAsync(database, 2);
        using var iron = silos[0].CreateIronClient();
        await iron.UploadAsync("wait", Wait);
        await using var first = silos[0].StartRunner(silos.Gateways, ("SLOTS", "2"));
        await using var second = silos[0].StartRunner(silos.Gateways, ("SLOTS", "2"));
        await using var third = silos[0].StartRunner(("SLOTS", "2"));
        var tasks = await QueueAsync(iron, "wait", 6);
        foreach (var task in tasks)
        {
            await iron.WaitForStatusAsync(task, "running");
        }

        // Their slots are free again only when their programs have ended, for which the gate is still closed.
        foreach (var task in tasks)
        {
            await iron.CancelAsync(task);
        }

        var next = await QueueAsync(iron, "wait", 6);
        foreach (var task in next)
        {
            await iron.WaitForStatusAsync(task, "running");
        }

        await File.WriteAllTextAsync(Gate, "");
        await CompleteAsync(iron, next);
    }

    private static async Task<IReadOnlyList<string>> QueueAsync(HttpClient iron, string code, int count)
    {
        var tasks = new List<string>();
        for (var i = 0; i < count; i++)
        {
            tasks.Add(await iron.QueueAsync(code));
        }

        return tasks;
    }

    private static async Task CompleteAsync(HttpClient iron, IEnumerable<string> tasks)
    {
        foreach (var task in tasks)
        {
            await iron.WaitForStatusAsync(task, "complete");
        }
    }
}
