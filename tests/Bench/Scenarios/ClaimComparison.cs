using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Claiming and finishing what was queued before, one or many tasks at a time. The queueing is not timed.</summary>
internal sealed class ClaimComparison : IComparison
{
    private const int FillAtOnce = 1000;

    private readonly QueueLoad _fill;
    private readonly RunnerLoad[] _runners;
    private readonly RawClientPool _raw;
    private readonly long _lane;
    private readonly int _atOnce;
    private readonly int _tasks;

    private ClaimComparison(QueueLoad fill, RunnerLoad[] runners, RawClientPool raw, long lane, int atOnce, int tasks)
    {
        _fill = fill;
        _runners = runners;
        _raw = raw;
        _lane = lane;
        _atOnce = atOnce;
        _tasks = tasks;
    }

    /// <summary>Enrols the runners, and opens the connections of both sides.</summary>
    public static async Task<IComparison> BeginAsync(
        TestBed bed, BenchCluster cluster, int tasks, int runners, int rawClients, int atOnce)
    {
        var fill = await QueueLoad.OpenAsync(bed.Silo, cluster, connections: 2, FillAtOnce);
        var sessions = await Task.WhenAll(
            Enumerable.Range(0, runners).Select(_ => RunnerLoad.EnrolAsync(bed.Silo, cluster, atOnce)));
        return new ClaimComparison(fill, sessions, new RawClientPool(bed.Raw, rawClients), bed.NewLane(), atOnce, tasks);
    }

    public async Task<double> RunSiloAsync()
    {
        for (var filled = 0; filled < _tasks; filled += FillAtOnce)
        {
            await _fill.SendAsync();
        }

        using var round = Round.Of(_tasks);
        await Task.WhenAll(_runners.Select(runner => runner.RunAsync(round)));
        return round.Rate;
    }

    public async Task<double> RunRawAsync()
    {
        for (var filled = 0; filled < _tasks; filled += FillAtOnce)
        {
            _raw.First.QueueMany(_lane, FillAtOnce);
        }

        using var round = Round.Of(_tasks);
        await _raw.RunAsync(round, client => client.ClaimAndFinish(_lane, _atOnce));
        return round.Rate;
    }

    public void Dispose()
    {
        _fill.Dispose();
        _raw.Dispose();
        foreach (var runner in _runners)
        {
            runner.Dispose();
        }
    }
}
