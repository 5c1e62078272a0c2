using System.Data.Common;
using System.Globalization;
using System.Text;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// How late the tasks of many schedules are committed, when their times are spread and when all of them come at once. It is read
/// by looking into the silo's database every few milliseconds, so a reading is late by up to one look.
/// </summary>
internal sealed class ScheduleScenario : IScenario
{
    private const int Many = 10_000;
    private const int AtOnce = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TimeToMake = TimeSpan.FromSeconds(20);

    public string Name => "schedules";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var own = await bed.CreateAnotherAsync();
        var cluster = await own.Silo.NewClusterAsync(Name);
        await using var store = await own.OpenStoreAsync();
        await using var count = store.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM ready";

        // The silo's code is compiled while the first ones run.
        await LatenessAsync(own.Silo, cluster, count, AtOnce, TimeSpan.FromSeconds(2), cancellationToken);
        var spread = await LatenessAsync(own.Silo, cluster, count, Many, Spread, cancellationToken);
        var together = await LatenessAsync(own.Silo, cluster, count, Many, TimeSpan.Zero, cancellationToken);
        return
        [
            Row(bed.Silo.Store, "spread over 20 s", spread),
            Row(bed.Silo.Store, "all due at one moment", together),
        ];
    }

    private static async Task<List<double>> LatenessAsync(
        SiloProcess silo, BenchCluster cluster, DbCommand count, int many, TimeSpan over, CancellationToken cancellationToken)
    {
        var before = await CountAsync(count, cancellationToken);
        var first = TimeProvider.System.GetUtcNow() + (TimeToMake * many / Many);
        var due = Enumerable.Range(0, many).Select(i => first + (over * i / many)).ToList();
        using (var wire = await RawHttpConnection.ConnectAsync(silo.Url))
        {
            foreach (var some in due.Chunk(AtOnce))
            {
                await wire.SendAsync(Request(silo, cluster, some), cancellationToken);
            }
        }

        if (TimeProvider.System.GetUtcNow() >= first)
        {
            throw new InvalidOperationException($"{many} schedules took longer to make than {TimeToMake * many / Many}");
        }

        // Schedules are run in the order in which they are due.
        var late = new List<double>(many);
        using var looks = new PeriodicTimer(PollInterval);
        while (late.Count < many && await looks.WaitForNextTickAsync(cancellationToken))
        {
            var queued = await CountAsync(count, cancellationToken) - before;
            var now = TimeProvider.System.GetUtcNow();
            late.AddRange(due.Skip(late.Count).Take((int)queued - late.Count).Select(time => (now - time).TotalMilliseconds));
        }

        return late;
    }

    private static byte[] Request(SiloProcess silo, BenchCluster cluster, IEnumerable<DateTimeOffset> due)
    {
        var entries = due.Select(time => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"code_name":"{{SiloProcess.CodeName}}","cluster":"{{cluster.Id}}","payload":"{{Payload.Text}}","run_every":86400,
            "start_at":"{{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}"}
            """));
        return RawHttpConnection.Post(
            silo.Url,
            $"/2/projects/{silo.ProjectId}/schedules",
            $"OAuth {silo.Token}",
            Encoding.UTF8.GetBytes($$"""{"schedules":[{{string.Join(',', entries)}}]}"""));
    }

    private static async Task<long> CountAsync(DbCommand count, CancellationToken cancellationToken) =>
        Convert.ToInt64(await count.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);

    private static TableRow Row(string store, string when, List<double> late)
    {
        var (p50, p99) = (Percentiles.MedianOf(late), Percentiles.Percentile(late, 0.99));
        return new TableRow
        {
            Store = store,
            Description = string.Create(CultureInfo.InvariantCulture, $"schedule due -> task queued, {Many:#,0} schedules {when}"),
            Ours = string.Create(CultureInfo.InvariantCulture, $"p50 {p50:0}, p99 {p99:0} ms late"),
            Raw = "",
            Ratio = "",
            HalfFloor = "p99 500 ms",
            Floor = "p99 250 ms",
            Goal = "p99 100 ms",
            Reached = TableRow.DescribeReached(p99 <= 500, p99 <= 250, p99 <= 100),
        };
    }
}
