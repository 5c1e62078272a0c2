using Orleans.Hybrid.Silo.Edge;

namespace Orleans.Hybrid.Silo.Sweeps;

/// <summary>Drives this silo's <see cref="PollEdge"/>, and ends its polls when the silo is about to stop.</summary>
internal sealed class PollSweep(PollEdge edge, IHostApplicationLifetime life, TimeProvider time, ILogger<PollSweep> log)
    : Sweep("poll", TimeSpan.FromSeconds(1), time, log)
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        life.ApplicationStopping.Register(edge.Close);
        return base.ExecuteAsync(stoppingToken);
    }

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancel)
    {
        await edge.PassAsync();
        return null;
    }
}
