using System.Globalization;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Tasks a second against raw: the median of the rounds' ratios counts, since both halves of a round see the same machine.</summary>
internal sealed record ThroughputScenario(
    string Name, string Description, double Floor, double Goal, Func<TestBed, BenchCluster, BenchSize, Task<IComparison>> BeginAsync) : IScenario
{
    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        using var duel = await BeginAsync(bed, await bed.Silo.NewClusterAsync(Name), size);
        return [await MeasureAsync(duel, bed.Silo.Store, size, cancellationToken)];
    }

    /// <summary>Runs the rounds of a duel that is set up.</summary>
    public async Task<TableRow> MeasureAsync(IComparison comparison, string store, BenchSize size, CancellationToken cancellationToken)
    {
        await comparison.RunRawAsync();
        for (var warmUp = 0; warmUp < size.WarmUps; warmUp++)
        {
            await comparison.RunSiloAsync();
        }

        var (ours, raw) = (new List<double>(), new List<double>());
        for (var round = 0; round < size.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ours.Add(await comparison.RunSiloAsync());
            raw.Add(await comparison.RunRawAsync());
        }

        return Row(store, ours, raw);
    }

    private TableRow Row(string store, List<double> ours, List<double> raw)
    {
        var ratios = ours.Zip(raw, (one, other) => one / other).ToList();
        var ratio = Percentiles.MedianOf(ratios);
        return new TableRow
        {
            Store = store,
            Description = Description,
            Ours = $"{Figure(Percentiles.MedianOf(ours))}/s",
            Raw = $"{Figure(Percentiles.MedianOf(raw))}/s",
            Ratio = string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})"),
            HalfFloor = $"{Floor / 2:0.0#}",
            Floor = $"{Floor:0.0#}",
            Goal = $"{Goal:0.0#}",
            Reached = TableRow.DescribeReached(ratio >= Floor / 2, ratio >= Floor, ratio >= Goal),
        };
    }

    private static string Figure(double rate) => rate.ToString("#,0", CultureInfo.InvariantCulture);
}
