using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>
/// What clients cost that wait for their tasks by asking ten times a second, as the published ones do: processor time of the silo and of
/// its database, in cores. The load's own is no part of it.
/// </summary>
internal sealed class PollScenario : IScenario
{
    private const int Clients = 200;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public string Name => "poll";

    public async Task<IReadOnlyList<TableRow>> RunAsync(TestBed bed, BenchSize size, CancellationToken cancellationToken)
    {
        await using var own = await bed.AnotherAsync();
        var cluster = await own.Silo.NewClusterAsync(Name);
        var polls = new List<Poll>();
        try
        {
            foreach (var task in await own.Silo.QueueAsync(cluster, Clients))
            {
                polls.Add(new Poll(
                    await HttpWire.ConnectAsync(own.Silo.Url),
                    HttpWire.Get(own.Silo.Url, $"/2/projects/{own.Silo.ProjectId}/tasks/{task}", $"OAuth {own.Silo.Token}")));
            }

            // The silo's code is compiled, and compiled again, while this one does not count.
            await AskAsync(polls, size.IdleTime, cancellationToken);
            var (silo, database) = (own.Silo.Used().Computed, own.DatabaseComputed());
            var began = Stopwatch.GetTimestamp();
            var answers = await AskAsync(polls, size.IdleTime, cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            return
            [
                Row(
                    bed.Silo.Store,
                    answers,
                    answers.Count / took.TotalSeconds,
                    (own.Silo.Used().Computed - silo) / took,
                    (own.DatabaseComputed() - database) / took),
            ];
        }
        finally
        {
            polls.ForEach(poll => poll.Wire.Dispose());
        }
    }

    private static async Task<List<double>> AskAsync(List<Poll> polls, TimeSpan time, CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(polls.Select((poll, i) => AskAsync(poll, Between * i / Clients, time, cancellationToken)));
        return [.. asked.SelectMany(some => some)];
    }

    private static async Task<List<double>> AskAsync(Poll poll, TimeSpan offset, TimeSpan time, CancellationToken cancellationToken)
    {
        var took = new List<double>();
        await Task.Delay(offset, cancellationToken);
        using var pace = new PeriodicTimer(Between);
        for (var left = time / Between; left >= 1 && await pace.WaitForNextTickAsync(cancellationToken); left--)
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
            What = string.Create(CultureInfo.InvariantCulture, $"GET task, {Clients} clients, {rate:#,0}/s in all"),
            Ours = string.Create(
                CultureInfo.InvariantCulture,
                $"{all:0.00} cores (database {database:0.00}); p50 {Median.Of(answers):0.0}, p99 {Median.Percentile(answers, 0.99):0.0} ms"),
            Raw = "",
            Ratio = "",
            HalfFloor = "1 core",
            Floor = "0.5 cores",
            Goal = "0.25 cores",
            Reached = TableRow.Reach(all <= 1, all <= 0.5, all <= 0.25),
        };
    }

    private sealed record Poll(HttpWire Wire, byte[] Request);
}
