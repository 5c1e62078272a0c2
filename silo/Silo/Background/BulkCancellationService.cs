using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Background;

/// <summary>Completes bulk cancellations that took longer than a request waits, or whose silo has stopped.</summary>
internal sealed class BulkCancellationService(CodeCancellationService cancellations, TimeProvider time, ILogger<BulkCancellationService> log)
    : PeriodicBackgroundService("Bulk cancellation", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken) =>
        await cancellations.ContinueAsync(cancellationToken) ? TimeSpan.Zero : null;
}
