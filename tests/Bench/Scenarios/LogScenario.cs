using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Servers;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// How much of one task's log is in the store when a container has printed as fast as it can for a while, in the time from its
/// being queued to its end; and how long after the program's end its result was known. Then what a gigabyte of log, most of which the usual
/// limit leaves out, does to those who queue tasks meanwhile.
/// </summary>
internal sealed class LogScenario : IScenario
{
    private const string Code = "log";
    private const string Flood = "flood";

    private static readonly TimeSpan EnqueueInterval = TimeSpan.FromMilliseconds(20);

    public string Name => "log";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        if (!await Docker.IsReadyAsync())
        {
            return [];
        }

        var seconds = (int)size.IdleTime.TotalSeconds;
        await bed.Silo.Client.Codes.UploadAsync(
            new NewCode
            {
                Name = Code,
                Image = Docker.Image,
                Command = $"""["sh","-c","timeout {seconds} yes a line of a log, of a length that is usual for such lines: 80; true"]""",
            },
            cancellationToken: cancellationToken);
        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var runner = RunnerProcess.Start(cluster, slots: 1, SiloProcess.LogLimit);
        var task = new NewTask { CodeName = Code, Cluster = cluster.Id };
        await bed.Silo.RunAsync(task, cancellationToken);
        var (rates, late) = (new List<double>(), new List<double>());
        for (var round = 0; round < size.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var ended = await bed.Silo.RunAsync(task, cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            rates.Add(ended.LogSize / took.TotalSeconds / 1e6);
            late.Add((took - TimeSpan.FromSeconds(seconds)).TotalSeconds);
        }

        return [Row(bed, Percentiles.MedianOf(rates), late.Max()), await MeasureOthersAsync(bed, size, cancellationToken)];
    }

    private static async Task<TableRow> MeasureOthersAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        const string gigabyte = """["sh","-c","yes a line of a log, of a length that is usual for such lines: 80 | head -c 1073741824"]""";
        await bed.Silo.Client.Codes.UploadAsync(new NewCode { Name = Flood, Image = Docker.Image, Command = gigabyte }, cancellationToken: cancellationToken);
        var (flooded, others) = (await bed.Silo.NewClusterAsync(Flood), await bed.Silo.NewClusterAsync("others"));
        using var runner = RunnerProcess.Start(flooded, slots: 1);
        var task = new NewTask { CodeName = Flood, Cluster = flooded.Id };
        await bed.Silo.RunAsync(task, cancellationToken);
        var (quiet, loud) = (new List<double>(), new List<double>());
        for (var round = 0; round < size.Rounds; round++)
        {
            quiet.AddRange(await QueueWhileAsync(bed.Silo, others, Task.Delay(size.IdleTime, cancellationToken)));
            loud.AddRange(await QueueWhileAsync(bed.Silo, others, bed.Silo.RunAsync(task, cancellationToken)));
        }

        return Row(bed, Percentiles.Percentile(loud, 0.99), Percentiles.Percentile(quiet, 0.99), loud, quiet);
    }

    private static async Task<List<double>> QueueWhileAsync(SiloProcess silo, BenchCluster others, Task meanwhile)
    {
        var took = new List<double>();
        while (!meanwhile.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            await silo.EnqueueAsync(others, 1);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(EnqueueInterval);
        }

        await meanwhile;
        return took;
    }

    private static TableRow Row(TestBed bed, double loud, double quiet, List<double> whileLoud, List<double> whileQuiet) => new()
    {
        Store = bed.Silo.Store,
        Description = "one task queued while a container floods its log",
        Ours = string.Create(CultureInfo.InvariantCulture, $"p50 {Percentiles.MedianOf(whileLoud):0.0}, p99 {loud:0.0} ms"),
        Raw = string.Create(CultureInfo.InvariantCulture, $"without: p50 {Percentiles.MedianOf(whileQuiet):0.0}, p99 {quiet:0.0} ms"),
        Ratio = string.Create(CultureInfo.InvariantCulture, $"{loud / quiet:0.00} (p99)"),
        HalfFloor = "4",
        Floor = "2",
        Goal = "1.2",
        Reached = TableRow.DescribeReached(loud <= quiet * 4, loud <= quiet * 2, loud <= quiet * 1.2),
    };

    private static TableRow Row(TestBed bed, double rate, double late) => new()
    {
        Store = bed.Silo.Store,
        Description = "log of one container into the store",
        Ours = string.Create(
            CultureInfo.InvariantCulture, $"{rate:0.0} MB/s, start and result {late:0.0} s at most"),
        Raw = "",
        Ratio = "",
        HalfFloor = "10 MB/s",
        Floor = "20 MB/s",
        Goal = "50 MB/s",
        Reached = TableRow.DescribeReached(rate >= 10, rate >= 20, rate >= 50),
    };
}
