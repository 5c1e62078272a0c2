using System.Globalization;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Everything again with many tasks waiting in the lane at hand, against a second silo with few; and the memory of both.</summary>
internal sealed class DepthScenario(IReadOnlyList<ThroughputScenario> works) : IScenario
{
    private const int Few = 1000;
    private const double Mebibyte = 1 << 20;

    public string Name => "depth";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var many = await bed.CreateAnotherAsync();
        await using var few = await bed.CreateAnotherAsync();
        var (deep, shallow) = (await BulkLoad.FillAsync(many, size.Waiting), await BulkLoad.FillAsync(few, Few));
        var against = string.Create(CultureInfo.InvariantCulture, $"{size.Waiting:#,0} waiting against {Few:#,0}");
        var rows = new List<TableRow>();
        foreach (var work in works)
        {
            using var pair = await SiloComparison.BeginAsync(
                work.BeginAsync(many, deep, size), work.BeginAsync(few, shallow, size), size.WarmUps);
            var scenario = work with { Description = $"{work.Name}: {against}", Floor = 0.9, Goal = 0.98 };
            rows.Add(await scenario.MeasureAsync(pair, bed.Silo.Store, size, cancellationToken));
        }

        return [.. rows, Memory(bed.Silo.Store, against, many.Silo.GetUsage().Bytes / Mebibyte, few.Silo.GetUsage().Bytes / Mebibyte)];
    }

    private static TableRow Memory(string store, string against, double deep, double shallow) => new()
    {
        Store = store,
        Description = $"silo memory: {against}",
        Ours = Format(deep),
        Raw = Format(shallow),
        Ratio = (deep - shallow).ToString("+ 0;- 0", CultureInfo.InvariantCulture) + " MB",
        HalfFloor = "+ 200 MB",
        Floor = "+ 100 MB",
        Goal = "+ 20 MB",
        Reached = TableRow.DescribeReached(deep - shallow <= 200, deep - shallow <= 100, deep - shallow <= 20),
    };

    private static string Format(double mebibytes) => mebibytes.ToString("0", CultureInfo.InvariantCulture) + " MB";
}
