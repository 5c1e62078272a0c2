using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Lists of a project's tasks, one after the other: every single filter, with a time range and without, and status with another.</summary>
internal sealed class ListScenario : IScenario
{
    private const int Repetitions = 25;

    private static readonly string[] DeepPages = ["page=100", "complete=1&page=50"];
    private static readonly string[] Statuses = ["queued", "preparing", "running", "complete", "error", "cancelled", "timeout"];

    public string Name => "list";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var own = await bed.CreateAnotherAsync();
        BenchCluster[] clusters = [await own.Silo.NewClusterAsync("one"), await own.Silo.NewClusterAsync("two")];
        foreach (var cluster in clusters)
        {
            using var queue = await QueueLoad.OpenAsync(own.Silo, cluster, connections: 1, tasks: 1);
            await queue.SendAsync();
        }

        var now = DateTimeOffset.UtcNow;
        await MixedLoad.FillAsync(own, size.Listed, now);
        using var wire = await RawHttpConnection.ConnectAsync(own.Silo.Url);
        var readings = new List<(string Query, double Milliseconds)>();
        string[] queries = [.. Queries(clusters[0].Id, now, size.Listed), .. DeepPages];
        foreach (var query in queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TimeAsync(own.Silo, wire, query);
        }

        for (var i = 0; i < Repetitions; i++)
        {
            foreach (var query in queries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                readings.Add((query, await TimeAsync(own.Silo, wire, query)));
            }
        }

        var deep = readings.ToLookup(reading => DeepPages.Contains(reading.Query));
        return
        [
            Row(bed.Silo.Store, size.Listed, "filters", [.. deep[false]]),
            Row(bed.Silo.Store, size.Listed, "deep pages", [.. deep[true]]),
        ];
    }

    private static IEnumerable<string> Queries(string cluster, DateTimeOffset now, int tasks)
    {
        var (from, to) = (now.ToUnixTimeSeconds() - (tasks / 2), now.ToUnixTimeSeconds() - (tasks / 2) + 3600);
        string[] others = [$"code_name={SiloProcess.CodeName}", "label=l0", "label=l9", "label=none", $"cluster={cluster}"];
        string[] single = ["", .. others, .. Statuses.Select(status => $"{status}=1")];
        return
        [
            .. single,
            .. single.Select(filter => $"{filter}&from_time={from}&to_time={to}"),
            .. Statuses.SelectMany(status => others.Select(other => $"{status}=1&{other}")),
        ];
    }

    private static async Task<double> TimeAsync(SiloProcess silo, RawHttpConnection wire, string query)
    {
        var request = RawHttpConnection.Get(silo.Url, $"/2/projects/{silo.ProjectId}/tasks?{query}", $"OAuth {silo.Token}");
        var began = Stopwatch.GetTimestamp();
        await wire.SendAsync(request);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static TableRow Row(string store, int tasks, string what, List<(string Query, double Milliseconds)> readings)
    {
        var all = readings.ConvertAll(reading => reading.Milliseconds);
        var (p50, p99) = (Percentiles.MedianOf(all), Percentiles.Percentile(all, 0.99));
        var worst = readings.GroupBy(reading => reading.Query)
            .Select(query => (query.Key, P50: Percentiles.MedianOf([.. query.Select(reading => reading.Milliseconds)])))
            .MaxBy(query => query.P50);
        return new TableRow
        {
            Store = store,
            Description = string.Create(CultureInfo.InvariantCulture, $"list 30 of {tasks:#,0} tasks, {readings.Count / Repetitions} {what}"),
            Ours = $"p50 {Figure(p50)}, p99 {Figure(p99)} ms; slowest p50 {Figure(worst.P50)} ms: {worst.Key}",
            Raw = "",
            Ratio = "",
            HalfFloor = "p99 40 ms",
            Floor = "p99 20 ms",
            Goal = "p99 10 ms",
            Reached = TableRow.DescribeReached(p99 <= 40, p99 <= 20, p99 <= 10),
        };
    }

    private static string Figure(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);
}
