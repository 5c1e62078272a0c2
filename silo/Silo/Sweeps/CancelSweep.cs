using OrleansHybrid.Silo.Http.Iron;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>Goes on with orders to cancel all of a code that took longer than a request waits, or whose silo is gone.</summary>
internal sealed class CancelSweep(CodeCancels cancels, TimeProvider time, ILogger<CancelSweep> log)
    : Sweep("cancel", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken) =>
        await cancels.GoOnAsync(cancellationToken) ? TimeSpan.Zero : null;
}
