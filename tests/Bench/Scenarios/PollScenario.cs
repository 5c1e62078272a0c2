using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// The cost of clients that wait for their tasks by asking ten times a second, as the published ones do: processor time of the silo and of
/// its database, in cores. The load's own is no part of it.
/// </summary>
internal sealed class PollScenario : IScenario
{
    private const int Clients = 200;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public string Name => "poll";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var own = await bed.CreateAnotherAsync();
        var cluster = await own.Silo.NewClusterAsync(Name);
        var polls = new List<Poll>();
        try
        {
            foreach (var task in await own.Silo.EnqueueAsync(cluster, Clients))
            {
                polls.Add(new Poll(
                    await RawHttpConnection.ConnectAsync(own.Silo.Url),
                    RawHttpConnection.Get(own.Silo.Url, $"/2/projects/{own.Silo.ProjectId}/tasks/{task}", $"OAuth {own.Silo.Token}")));
            }

            // The silo's code is compiled, and compiled again, while this one does not count.
            await PollAsync(polls, size.IdleTime, cancellationToken);
            var (silo, database) = (own.Silo.GetUsage().Computed, own.GetDatabaseCpuTime());
            var began = Stopwatch.GetTimestamp();
            var answers = await PollAsync(polls, size.IdleTime, cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            return
            [
                Row(
                    bed.Silo.Store,
                    answers,
                    answers.Count / took.TotalSeconds,
                    (own.Silo.GetUsage().Computed - silo) / took,
                    (own.GetDatabaseCpuTime() - database) / took),
            ];
        }
        finally
        {
            polls.ForEach(poll => poll.Wire.Dispose());
        }
    }

    private static async Task<List<double>> PollAsync(List<Poll> polls, TimeSpan time, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(polls.Select((poll, i) => PollAsync(poll, PollInterval * i / Clients, time, cancellationToken)));
        return [.. asked.SelectMany(some => some)];
    }

    private static async Task<List<double>> PollAsync(Poll poll, TimeSpan offset, TimeSpan time, CancellationToken cancellationToken)
    {
        var took = new List<double>();
        await Task.Delay(offset, cancellationToken);
        using var pace = new PeriodicTimer(PollInterval);
        for (var left = time / PollInterval; left >= 1 && await pace.WaitForNextTickAsync(cancellationToken); left--)
        {
            var began = Stopwatch.GetTimestamp();
            await poll.Wire.SendAsync(poll.Request, cancellationToken);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return took;
    }

    private static TableRow Row(string store, List<double> answers, double rate, double silo, double database)
    {
        var all = silo + database;
        return new TableRow
        {
            Store = store,
            Description = string.Create(CultureInfo.InvariantCulture, $"GET task, {Clients} clients, {rate:#,0}/s in all"),
            Ours = string.Create(
                CultureInfo.InvariantCulture,
                $"{all:0.00} cores (database {database:0.00}); p50 {Percentiles.MedianOf(answers):0.0}, p99 {Percentiles.Percentile(answers, 0.99):0.0} ms"),
            Raw = "",
            Ratio = "",
            HalfFloor = "1 core",
            Floor = "0.5 cores",
            Goal = "0.25 cores",
            Reached = TableRow.DescribeReached(all <= 1, all <= 0.5, all <= 0.25),
        };
    }

    private sealed record Poll(RawHttpConnection Wire, byte[] Request);
}
