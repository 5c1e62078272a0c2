using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Notes which runners were heard of, many in one write, and ends the sessions of those that were not for long.
/// </summary>
internal sealed class SessionSweep(
    IRunnerStore runners, SeenSessions seen, TimeProvider time, ILogger<SessionSweep> log)
    : Sweep("session", TimeSpan.FromSeconds(10), time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        await runners.SeenAsync(seen.Take(), RunnerMachine.Silence, cancellationToken);
        return null;
    }
}
