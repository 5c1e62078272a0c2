using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Servers;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// A task that does nothing, in a container of its own, from before it is queued until a client that waits knows its end; beside it
/// <c>docker run --rm</c> of the same image and command, turn by turn: as a runner is out of the box; with the files of tasks in memory, and
/// <c>docker run</c> on the same network; and so on the engine's own bridge, where <c>docker run</c> is by itself.
/// </summary>
internal sealed class NoOpScenario : IScenario
{
    private const string Code = "no-op";
    private const string Command = "true";
    private const string OwnNetwork = "orleans-hybrid";

    public string Name => "no-op";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        if (!await Docker.IsReadyAsync())
        {
            return [];
        }

        var folder = Directory.CreateDirectory($"/dev/shm/hybrid-bench-{Environment.ProcessId}").FullName;
        try
        {
            return await RunAsync(bed, size, ("TASK_DIR_TMPFS", folder), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<IReadOnlyList<TableRow>> RunAsync(
        TestBed bed, BenchSize size, (string, string) inMemory, CancellationToken cancellationToken)
    {
        await bed.Silo.Client.Codes.UploadAsync(new NewCode { Name = Code, Image = Docker.Image, Command = Command }, cancellationToken: cancellationToken);
        return
        [
            await RunAsync(bed, size, "as it comes", [], [], cancellationToken),
            await RunAsync(bed, size, "files in memory", [inMemory], ["--network", OwnNetwork], cancellationToken),
            await RunAsync(bed, size, "files in memory, the engine's bridge", [inMemory, ("TASK_NETWORK", "bridge")], [], cancellationToken),
        ];
    }

    private async Task<TableRow> RunAsync(
        TestBed bed, BenchSize size, string how, (string Name, string Value)[] settings, string[] network, CancellationToken cancellationToken)
    {
        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var runner = RunnerProcess.Start(cluster, slots: 1, settings: settings);
        var task = new NewTask { CodeName = Code, Cluster = cluster.Id };
        var (ours, docker) = (new List<double>(), new List<double>());
        for (var i = 0; i < size.WarmUps; i++)
        {
            await TaskAsync(bed.Silo, task, cancellationToken);
        }

        for (var i = 0; i < size.Rounds * size.NoOps; i++)
        {
            ours.Add(await TaskAsync(bed.Silo, task, cancellationToken));
            docker.Add(await DockerAsync(network));
        }

        return Row(bed, how, network, ours, docker);
    }

    private static async Task<double> TaskAsync(SiloProcess silo, NewTask task, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var ended = await silo.RunAsync(task, cancellationToken);
        return ended.Status == "complete"
            ? Stopwatch.GetElapsedTime(began).TotalMilliseconds
            : throw new InvalidOperationException($"the task ended {ended.Status}: {ended.Msg}");
    }

    private static async Task<double> DockerAsync(string[] network)
    {
        var began = Stopwatch.GetTimestamp();
        await Docker.RunAsync(["run", "--rm", .. network, Docker.Image, Command]);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static TableRow Row(TestBed bed, string how, string[] network, List<double> ours, List<double> docker)
    {
        var more = Percentiles.MedianOf(ours) - Percentiles.MedianOf(docker);
        return new TableRow
        {
            Store = bed.Silo.Store,
            Description = $"no-op Docker task, {how}, queued -> its end is known",
            Ours = Figures(ours),
            Raw = $"{string.Join(' ', ["docker run --rm", .. network])} {Figures(docker)}",
            Ratio = string.Create(CultureInfo.InvariantCulture, $"{more:+0;-0} ms"),
            HalfFloor = "+ 40 ms",
            Floor = "+ 20 ms",
            Goal = "+ 0 ms",
            Reached = TableRow.DescribeReached(more <= 40, more <= 20, more <= 0),
        };
    }

    private static string Figures(List<double> readings) => string.Create(
        CultureInfo.InvariantCulture, $"p50 {Percentiles.MedianOf(readings):0}, p99 {Percentiles.Percentile(readings, 0.99):0} ms");
}
