using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Servers;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// How fast containers that do nothing are worked off beside tasks that can't run: an image that nobody has, one at a registry that
/// does not answer, a command that is not in its image; beside it the same without those, turn by turn.
/// </summary>
internal sealed class PoisonScenario : IScenario
{
    private const string Good = "good";
    private const int Slots = 4;
    private const int Tasks = 24;

    private static readonly NewCode[] Poisons =
    [
        new() { Name = "no-image", Image = "orleans-hybrid/no-such-image:1" },
        new() { Name = "no-registry", Image = "127.0.0.1:1/nowhere:1" },
        new() { Name = "no-command", Image = Docker.Image, Command = "no-such-command" },
    ];

    public string Name => "poison";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        if (!await Docker.IsReadyAsync())
        {
            return [];
        }

        foreach (var code in Poisons.Append(new NewCode { Name = Good, Image = Docker.Image, Command = "true" }))
        {
            await bed.Silo.Client.Codes.UploadAsync(code, cancellationToken: cancellationToken);
        }

        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var runner = RunnerProcess.Start(cluster, Slots);
        var (beside, alone) = (new List<double>(), new List<double>());
        await RateAsync(bed.Silo, cluster, [], cancellationToken);
        for (var round = 0; round < size.Rounds; round++)
        {
            beside.Add(await RateAsync(bed.Silo, cluster, Poisons, cancellationToken));
            alone.Add(await RateAsync(bed.Silo, cluster, [], cancellationToken));
        }

        return [Row(bed, beside, alone)];
    }

    /// <summary>Good tasks a second; the others stand at the head of the queue.</summary>
    private static async Task<double> RateAsync(SiloProcess silo, BenchCluster cluster, NewCode[] poisons, CancellationToken cancellationToken)
    {
        IEnumerable<string> codes = [.. poisons.Select(code => code.Name), .. Enumerable.Repeat(Good, Tasks)];
        var began = Stopwatch.GetTimestamp();
        var ids = await silo.Client.Tasks.EnqueueAsync(
            [.. codes.Select(code => new NewTask { CodeName = code, Cluster = cluster.Id })], cancellationToken);
        var ends = await Task.WhenAll(ids.Skip(poisons.Length).Select(id => silo.Client.Tasks.WaitAsync(id, cancellationToken)));
        var rate = Tasks / Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var poison in ids.Take(poisons.Length))
        {
            ends = [.. ends, await silo.Client.Tasks.WaitAsync(poison, cancellationToken)];
        }

        return ends.Count(task => task.Status == "complete") == Tasks && ends.Count(task => task.Status == "error") == poisons.Length
            ? rate
            : throw new InvalidOperationException($"ended otherwise: {string.Join("; ", ends.Select(task => $"{task.Status} {task.Msg}"))}");
    }

    private static TableRow Row(TestBed bed, List<double> beside, List<double> alone)
    {
        var ratio = Percentiles.MedianOf([.. beside.Zip(alone, (with, without) => with / without)]);
        return new TableRow
        {
            Store = bed.Silo.Store,
            Description = $"no-op containers on {Slots} slots beside {Poisons.Length} tasks that can't run",
            Ours = Figure(Percentiles.MedianOf(beside)),
            Raw = $"{Figure(Percentiles.MedianOf(alone))} without them",
            Ratio = ratio.ToString("0.00", CultureInfo.InvariantCulture),
            HalfFloor = "0.4",
            Floor = "0.8",
            Goal = "0.8",
            Reached = TableRow.DescribeReached(ratio >= 0.4, ratio >= 0.8, ratio >= 0.8),
        };
    }

    private static string Figure(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0.0}/s");
}
