using OrleansHybrid.Silo.Edge;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>Drives this silo's <see cref="PollEdge"/>, and notes that the runners whose polls it holds are there.</summary>
internal sealed class PollSweep(PollEdge edge, SeenSessions seen, TimeProvider time, ILogger<PollSweep> log)
    : Sweep("poll", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var session in edge.Sessions)
        {
            seen.Note(session);
        }

        await edge.PassAsync();
        return null;
    }
}
