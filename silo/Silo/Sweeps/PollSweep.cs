using Orleans.Hybrid.Silo.Edge;

namespace Orleans.Hybrid.Silo.Sweeps;

/// <summary>Drives this silo's <see cref="PollEdge"/>.</summary>
internal sealed class PollSweep(PollEdge edge, TimeProvider time, ILogger<PollSweep> log)
    : Sweep("poll", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancel)
    {
        await edge.PassAsync();
        return null;
    }
}
