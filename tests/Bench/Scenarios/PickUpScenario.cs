using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Raw;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// How long after a request to queue was sent its task is in the hands of a runner that waits, with nothing else going on; beside
/// it, how long a bare commit takes at the same pace.
/// </summary>
internal sealed class PickUpScenario : IScenario
{
    /// <summary>An idle disk wakes up slowly, so the pause counts: it is the same on both sides.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public string Name => "pick-up";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var queue = await QueueLoad.OpenAsync(bed.Silo, cluster, connections: 1, tasks: 1);
        using var runner = await RunnerLoad.EnrolAsync(bed.Silo, cluster, slots: 1);
        using var raw = bed.Raw.Connect();
        var (ours, one, two) = (new List<double>(), new List<double>(), new List<double>());
        await SampleAsync(size.WarmUps * size.PickUps, [], () => PickUpAsync(queue, runner));
        for (var round = 0; round < size.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SampleAsync(size.PickUps, ours, () => PickUpAsync(queue, runner));
            await SampleAsync(size.PickUps, one, () => CommitAsync(raw, 1));
            await SampleAsync(size.PickUps, two, () => CommitAsync(raw, 2));
        }

        return [Row(bed, ours, Percentiles.MedianOf(one), Percentiles.MedianOf(two))];
    }

    private static async Task<double> PickUpAsync(QueueLoad queue, RunnerLoad runner)
    {
        var claim = runner.ClaimAsync();
        await Task.Delay(Pause);
        var began = Stopwatch.GetTimestamp();
        var answered = queue.SendAsync();
        await claim;
        var took = Stopwatch.GetElapsedTime(began);
        await answered;
        await runner.FinishAsync();
        return took.TotalMilliseconds;
    }

    private static async Task<double> CommitAsync(IRawClient raw, int commits)
    {
        await Task.Delay(Pause);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < commits; i++)
        {
            raw.Commit();
        }

        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task SampleAsync(int count, List<double> readings, Func<Task<double>> sample)
    {
        for (var i = 0; i < count; i++)
        {
            readings.Add(await sample());
        }
    }

    private static TableRow Row(TestBed bed, List<double> ours, double one, double two)
    {
        var (p50, p99) = (Percentiles.MedianOf(ours), Percentiles.Percentile(ours, 0.99));
        var (floor, goal) = bed.IsPostgres ? (two + 1.5, one + 0.7) : (2.0, 1.0);
        var tailIsGood = !bed.IsPostgres || p99 <= 5;
        return new TableRow
        {
            Store = bed.Silo.Store,
            Description = "queued -> in the hands of a waiting runner, idle",
            Ours = $"p50 {Figure(p50)}, p99 {Figure(p99)} ms",
            Raw = $"1 commit {Figure(one)}, 2 {Figure(two)} ms",
            Ratio = $"{Figure(p50 / two)} x 2 commits",
            HalfFloor = $"{Figure(2 * floor)} ms",
            Floor = $"{Figure(floor)} ms",
            Goal = $"{Figure(goal)} ms",
            Reached = TableRow.DescribeReached(p50 <= 2 * floor, p50 <= floor, p50 <= goal && tailIsGood),
        };
    }

    private static string Figure(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
