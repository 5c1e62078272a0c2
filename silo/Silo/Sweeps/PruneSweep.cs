using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>Removes what nobody asks for any more: keys that no task holds, sessions of the web page that are over.</summary>
internal sealed class PruneSweep(ITaskStore tasks, IWebSessionStore sessions, TimeProvider time, ILogger<PruneSweep> log)
    : Sweep("prune", TimeSpan.FromMinutes(1), time, log)
{
    private const int MostAtOnce = 500;

    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        var keys = await tasks.ForgetKeysAsync(MostAtOnce, cancellationToken);
        var ended = await sessions.PruneAsync(_time.GetUtcNow(), MostAtOnce, cancellationToken);
        return keys < MostAtOnce && ended < MostAtOnce ? null : TimeSpan.Zero;
    }
}
