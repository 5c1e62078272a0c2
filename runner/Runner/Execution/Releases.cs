using Microsoft.Extensions.Logging;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Link;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner.Execution;

/// <summary>Hands leases back to the control plane. What can't be handed back lapses by itself, only later.</summary>
internal sealed class Releases(
    IControlPlane link, Session session, TimeProvider time, Random chance, ILogger<Releases> logger)
{
    private const int MostTries = 3;

    public async Task<bool> TryAsync(IReadOnlyList<LeaseRef> leases, bool leaving)
    {
        var backoff = Backoff.ForCalls(chance);
        var request = new ReleaseRequest { Leases = leases, Leaving = leaving };
        for (var tries = 1; ; tries++)
        {
            try
            {
                await link.ReleaseAsync(session.Credential, request, CancellationToken.None);
                return true;
            }
            catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Passing && tries < MostTries)
            {
                await Task.Delay(backoff.Failed(), time);
            }
            catch (ControlPlaneException ex)
            {
                logger.NotReleased(leases.Count, ex.Message);
                return false;
            }
        }
    }
}
