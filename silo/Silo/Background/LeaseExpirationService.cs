using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Expires the leases of runners that stopped responding. After a start or a database outage, when no runner could
/// renew, each lease first gets its full time again.
/// </summary>
internal sealed class LeaseExpirationService(ITaskStore tasks, IGrainFactory grains, TimeProvider time, ILogger<LeaseExpirationService> log)
    : PeriodicBackgroundService("Lease expiration", TimeSpan.FromSeconds(1), time, log)
{
    private const int MaxBatchSize = 500;

    private bool _wasUnavailable = true;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_wasUnavailable)
            {
                await tasks.ExtendLeasesAsync(cancellationToken);
                _wasUnavailable = false;
            }

            var steps = await tasks.ExpireLeasesAsync(MaxBatchSize, cancellationToken);
            TaskMetrics.RecordExpired(steps);
            TaskEffects.Publish(grains, steps);
            return steps.Count < MaxBatchSize ? null : TimeSpan.Zero;
        }
        catch (StoreUnavailableException)
        {
            _wasUnavailable = true;
            throw;
        }
    }
}
