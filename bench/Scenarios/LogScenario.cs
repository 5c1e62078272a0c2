using System.Diagnostics;
using System.Globalization;
using Orleans.Hybrid.Bench.Servers;
using Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Bench.Scenarios;

/// <summary>
/// How much of one task's log is in the store when a container has printed as fast as it can for a while, in the time from its
/// being queued to its end; and how long after the program's end its result was known.
/// </summary>
internal sealed class LogScenario : IScenario
{
    private const string Code = "log";

    public string Name => "log";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancel)
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
            cancel: cancel);
        var cluster = await bed.Silo.NewClusterAsync(Name);
        using var runner = RunnerProcess.Start(cluster, slots: 1, SiloProcess.LogLimit);
        var task = new NewTask { CodeName = Code, Cluster = cluster.Id };
        await bed.Silo.RunAsync(task, cancel);
        var (rates, late) = (new List<double>(), new List<double>());
        for (var round = 0; round < size.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var ended = await bed.Silo.RunAsync(task, cancel);
            var took = Stopwatch.GetElapsedTime(began);
            rates.Add(ended.LogSize / took.TotalSeconds / 1e6);
            late.Add((took - TimeSpan.FromSeconds(seconds)).TotalSeconds);
        }

        return [Row(bed, Median.Of(rates), late.Max())];
    }

    private static TableRow Row(TestBed bed, double rate, double late) => new()
    {
        Store = bed.Silo.Store,
        What = "log of one container into the store",
        Ours = string.Create(
            CultureInfo.InvariantCulture, $"{rate:0.0} MB/s, start and result {late:0.0} s at most"),
        Raw = "",
        Ratio = "",
        HalfFloor = "10 MB/s",
        Floor = "20 MB/s",
        Goal = "50 MB/s",
        Reached = TableRow.Reach(rate >= 10, rate >= 20, rate >= 50),
    };
}
