using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Takes tasks back from runners that fell silent. While nobody could renew, before a start and while the database was
/// away, silence means nothing: each lease first gets its full time again.
/// </summary>
internal sealed class LeaseSweep(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<LeaseSweep> log)
    : Sweep("lease", TimeSpan.FromSeconds(1), time, log)
{
    private const int MostAtOnce = 500;

    private bool _wasAway = true;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_wasAway)
            {
                await tasks.ExtendLeasesAsync(cancellationToken);
                _wasAway = false;
            }

            var steps = await tasks.LapseAsync(MostAtOnce, cancellationToken);
            TaskEffects.Do(grains, steps);
            return steps.Count < MostAtOnce ? null : TimeSpan.Zero;
        }
        catch (StoreUnavailableException)
        {
            _wasAway = true;
            throw;
        }
    }
}
