using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Archives;

/// <summary>Brings the zips of one session's tasks, each under the lease of a task that needs it.</summary>
internal sealed class ZipFetcher(
    ZipCache cache, IControlPlaneClient controlPlane, RunnerSession session, long maxUnpackedBytes, TimeProvider time, Random random, ILogger<ZipFetcher> logger)
{
    private static readonly TimeSpan MinRetryDuration = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The files of a task's zip; <paramref name="onWaiting"/> is called when it must be downloaded. Downloads are retried
    /// as long as the lease holds. Throws <see cref="SandboxException"/>, or what ends with the lease's interruption.
    /// </summary>
    public async Task<CodeArchive> OpenAsync(TaskZip zip, ActiveLease lease, Action onWaiting)
    {
        var use = cache.Acquire(zip);
        try
        {
            return CodeArchive.Open(await OpenWithRetryAsync(use, lease, onWaiting), use, ZipErrors.Limits(maxUnpackedBytes), ZipErrors.CannotUnpack);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    private async Task<FileStream> OpenWithRetryAsync(ZipHandle use, ActiveLease lease, Action onWaiting)
    {
        var backoff = Backoff.ForCalls(random);
        var (stuckAt, stuckSince) = (-1L, 0L);
        while (true)
        {
            try
            {
                return await use.OpenAsync(FetchAsync, onWaiting, lease.Stopping);
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Rejected || IsTimedOut(stuckSince, lease))
            {
                throw new SandboxException($"The zip can't be fetched: {ex.Message}", isTransient: false, ex);
            }
            catch (ControlPlaneException ex)
            {
                var pause = backoff.NextDelay(ex.RetryAfter);
                logger.ZipDelayed(lease.Ref.TaskId, ex.Message, pause.TotalSeconds);
                if (ex.Kind != ControlPlaneErrorKind.Transient)
                {
                    // Cancelled or lost: the heartbeat learns which, and interrupts.
                    lease.RequestHeartbeat();
                }

                await Task.Delay(pause, time, lease.Stopping);
            }
        }

        async Task<byte[]> FetchAsync(long offset, CancellationToken cancellationToken)
        {
            if (offset != stuckAt)
            {
                (stuckAt, stuckSince) = (offset, time.GetTimestamp());
                backoff.Reset();
            }

            return await controlPlane.ZipAsync(session.Credential, new ZipRequest { Lease = lease.Ref, Offset = offset }, cancellationToken);
        }
    }

    // An outage ends the lease before; what only this call meets would go on for ever.
    private bool IsTimedOut(long stuckSince, ActiveLease lease) =>
        time.GetElapsedTime(stuckSince) >= (lease.Duration > MinRetryDuration ? lease.Duration : MinRetryDuration);
}
