using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Background;

/// <summary>Goes on with orders to cancel all of a code that took longer than a request waits, or whose silo is gone.</summary>
internal sealed class BulkCancellationService(CodeCancellationService cancellations, TimeProvider time, ILogger<BulkCancellationService> log)
    : PeriodicBackgroundService("Bulk cancellation", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken) =>
        await cancellations.ContinueAsync(cancellationToken) ? TimeSpan.Zero : null;
}
