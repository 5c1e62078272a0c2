using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Zips;

/// <summary>Brings the zips of one session's tasks, each under the lease of a task that needs it.</summary>
internal sealed class ZipFetcher(
    ZipCache cache, IControlPlane link, Session session, long mostUnpacked, TimeProvider time, Random chance, ILogger<ZipFetcher> logger)
{
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The files of a task's zip; <paramref name="waits"/> is called when it is not at hand. A control plane that is away is asked again
    /// as long as the lease holds. Throws <see cref="SandboxException"/>, or what ends with the lease's interruption.
    /// </summary>
    public async Task<CodeArchive> OpenAsync(TaskZip zip, HeldLease lease, Action waits)
    {
        var use = cache.Use(zip);
        try
        {
            return CodeArchive.Open(await BringAsync(use, lease, waits), use, BadZip.Limits(mostUnpacked), BadZip.Because);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    private async Task<FileStream> BringAsync(ZipUse use, HeldLease lease, Action waits)
    {
        var backoff = Backoff.ForCalls(chance);
        var (stuckAt, stuckSince) = (-1L, 0L);
        while (true)
        {
            try
            {
                return await use.OpenAsync(FetchAsync, waits, lease.Interrupted);
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Refused || IsOver(stuckSince, lease))
            {
                throw new SandboxException($"The zip can't be fetched: {ex.Message}", passing: false, ex);
            }
            catch (ControlPlaneException ex)
            {
                var pause = backoff.Failed(ex.RetryAfter);
                logger.ZipDelayed(lease.Ref.TaskId, ex.Message, pause.TotalSeconds);
                if (ex.Trouble != LinkTrouble.Passing)
                {
                    // Cancelled or lost: the heartbeat hears which, and interrupts.
                    lease.TellSoon();
                }

                await Task.Delay(pause, time, lease.Interrupted);
            }
        }

        async Task<byte[]> FetchAsync(long offset, CancellationToken cancellationToken)
        {
            if (offset != stuckAt)
            {
                (stuckAt, stuckSince) = (offset, time.GetTimestamp());
                backoff.Succeeded();
            }

            return await link.ZipAsync(session.Credential, new ZipRequest { Lease = lease.Ref, Offset = offset }, cancellationToken);
        }
    }

    // An outage ends the lease before; what only this call meets would go on for ever.
    private bool IsOver(long stuckSince, HeldLease lease) =>
        time.GetElapsedTime(stuckSince) >= (lease.Duration > LeastPatience ? lease.Duration : LeastPatience);
}
