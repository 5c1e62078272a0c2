using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Releases leases to the control plane. Those that can't be released expire, only later.</summary>
internal sealed class LeaseReleaser(
    IControlPlaneClient controlPlane, RunnerSession session, TimeProvider time, Random random, ILogger<LeaseReleaser> logger)
{
    private const int MaxAttempts = 3;

    public async Task<bool> TryReleaseAsync(IReadOnlyList<LeaseRef> leases, bool leaving)
    {
        var backoff = Backoff.ForCalls(random);
        var request = new ReleaseRequest { Leases = [.. leases], Leaving = leaving };
        for (var tries = 1; ; tries++)
        {
            try
            {
                await controlPlane.ReleaseAsync(session.Credential, request, CancellationToken.None);
                return true;
            }
            catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Transient && tries < MaxAttempts)
            {
                await Task.Delay(backoff.NextDelay(), time);
            }
            catch (ControlPlaneException ex)
            {
                logger.LeasesNotReleased(leases.Count, ex.Message);
                return false;
            }
        }
    }
}
