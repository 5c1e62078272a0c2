using OrleansHybrid.Bench.Load;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Scenarios;

/// <summary>Queueing for a fixed time, one or many tasks at a time.</summary>
internal sealed class EnqueueComparison : IComparison
{
    private readonly QueueLoad _ours;
    private readonly RawClientPool _raw;
    private readonly long _lane;
    private readonly int _tasks;
    private readonly TimeSpan _time;

    private EnqueueComparison(QueueLoad ours, RawClientPool raw, long lane, int tasks, TimeSpan time)
    {
        _ours = ours;
        _raw = raw;
        _lane = lane;
        _tasks = tasks;
        _time = time;
    }

    /// <summary>Opens the connections of both sides.</summary>
    public static async Task<IComparison> BeginAsync(
        TestBed bed, BenchCluster cluster, TimeSpan time, int connections, int rawClients, int tasks)
    {
        var ours = await QueueLoad.OpenAsync(bed.Silo, cluster, connections, tasks);
        return new EnqueueComparison(ours, new RawClientPool(bed.Raw, rawClients), bed.NewLane(), tasks, time);
    }

    public async Task<double> RunSiloAsync()
    {
        using var round = Round.Lasting(_time);
        await _ours.RunAsync(round);
        return round.Rate;
    }

    public async Task<double> RunRawAsync()
    {
        using var round = Round.Lasting(_time);
        await _raw.RunAsync(round, client =>
        {
            if (_tasks == 1)
            {
                client.QueueOne(_lane);
            }
            else
            {
                client.QueueMany(_lane, _tasks);
            }

            return _tasks;
        });
        return round.Rate;
    }

    public void Dispose()
    {
        _ours.Dispose();
        _raw.Dispose();
    }
}
