using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// The cost of parked runners to a silo of their own. Memory is by how much the process grows when as many come again, all of it, not
/// only what is managed: an upper bound. Its share of a core is read while nothing happens.
/// </summary>
internal sealed class IdleScenario : IScenario
{
    private const int EnrolAtOnce = 32;

    public string Name => "idle";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var own = await bed.CreateAnotherAsync();
        var cluster = await own.Silo.NewClusterAsync(Name);
        var runners = new List<RunnerLoad>();
        try
        {
            await ConnectAsync(own.Silo, cluster, runners, size.IdleRunners / 2, cancellationToken);
            var before = own.Silo.GetUsage().Bytes;
            await ConnectAsync(own.Silo, cluster, runners, size.IdleRunners / 2, cancellationToken);
            var each = (own.Silo.GetUsage().Bytes - before) / (size.IdleRunners / 2) / 1024.0;
            return [Row(bed.Silo.Store, size.IdleRunners, each, await ShareOfCoreAsync(own.Silo, size.IdleTime, cancellationToken))];
        }
        finally
        {
            runners.ForEach(runner => runner.Dispose());
        }
    }

    private static async Task ConnectAsync(
        SiloProcess silo, BenchCluster cluster, List<RunnerLoad> runners, int count, CancellationToken cancellationToken)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(EnrolAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var enrolled = await Task.WhenAll(some.Select(_ => RunnerLoad.EnrolAsync(silo, cluster, slots: 1)));
            runners.AddRange(enrolled);
            foreach (var runner in enrolled)
            {
                // Nothing ever comes; each poll is taken up again when its time is over.
                _ = runner.PollAsync();
            }
        }
    }

    private static async Task<double> ShareOfCoreAsync(SiloProcess silo, TimeSpan time, CancellationToken cancellationToken)
    {
        // What the enrolments left to do, compiling above all, is no part of it.
        await Task.Delay(time, cancellationToken);
        var (began, used) = (Stopwatch.GetTimestamp(), silo.GetUsage().Computed);
        await Task.Delay(time, cancellationToken);
        return 100 * ((silo.GetUsage().Computed - used) / Stopwatch.GetElapsedTime(began));
    }

    private static TableRow Row(string store, int runners, double each, double share) => new()
    {
        Store = store,
        Description = string.Create(CultureInfo.InvariantCulture, $"idle connected runners: {runners:#,0} on one silo"),
        Ours = string.Create(CultureInfo.InvariantCulture, $"{each:0.0} KiB each, {share:0.0} % of a core"),
        Raw = "",
        Ratio = "",
        HalfFloor = "48 KiB, 6 %",
        Floor = "24 KiB, 3 %",
        Goal = "12 KiB, 1 %",
        Reached = TableRow.DescribeReached(each <= 48 && share <= 6, each <= 24 && share <= 3, each <= 12 && share <= 1),
    };
}
