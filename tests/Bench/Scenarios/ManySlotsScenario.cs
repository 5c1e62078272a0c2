using System.Globalization;
using OrleansHybrid.Bench.Servers;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>The CPU time and memory of a runner while it runs fifty containers that print a line each second.</summary>
internal sealed class ManySlotsScenario : IScenario
{
    private const string Code = "many-slots";
    private const int Slots = 50;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public string Name => "many-slots";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        if (!await Docker.IsReadyAsync())
        {
            return [];
        }

        await bed.Silo.Client.Codes.UploadAsync(
            new NewCode { Name = Code, Image = Docker.Image, Command = """["sh","-c","while sleep 1; do date; done"]""" }, cancellationToken: cancellationToken);
        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var runner = RunnerProcess.Start(cluster, Slots);
        var tasks = await bed.Silo.Client.Tasks.EnqueueAsync(
            [.. Enumerable.Repeat(new NewTask { CodeName = Code, Cluster = cluster.Id }, Slots)], cancellationToken);
        try
        {
            await WaitUntilRunningAsync(bed.Silo, cluster, cancellationToken);
            await Task.Delay(size.IdleTime, cancellationToken);
            return [Row(bed, runner.GetResidentMemory())];
        }
        finally
        {
            await Task.WhenAll(tasks.Select(task => bed.Silo.Client.Tasks.CancelAsync(task, CancellationToken.None)));
        }
    }

    private static async Task WaitUntilRunningAsync(SiloProcess silo, BenchCluster cluster, CancellationToken cancellationToken)
    {
        var running = new TaskQuery { Cluster = cluster.Id, Statuses = ["running"], PerPage = 2 * Slots };
        while ((await silo.Client.Tasks.ListAsync(running, cancellationToken)).Count < Slots)
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static TableRow Row(TestBed bed, (long All, long Own) resident) => new()
    {
        Store = bed.Silo.Store,
        Description = $"memory of a runner with {Slots} running containers",
        Ours = string.Create(
            CultureInfo.InvariantCulture, $"{resident.Own / 1e6:0} MB its own, {resident.All / 1e6:0} with mapped files"),
        Raw = "",
        Ratio = "",
        HalfFloor = "160 MB own",
        Floor = "80 MB own",
        Goal = "80 MB in all",
        Reached = TableRow.DescribeReached(resident.Own <= 160e6, resident.Own <= 80e6, resident.All <= 80e6),
    };
}
