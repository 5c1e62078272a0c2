using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Ends what depends on sessions whose rows have been ended: this silo forgets them, and their polls end wherever they are held.
/// </summary>
internal sealed class SessionRevoker(EntityCache cache, IGrainFactory grains)
{
    /// <summary>Ends the polls of a cluster's sessions; one-way, and a poll that is missed claims nothing and ends by itself.</summary>
    public void Revoke(string clusterId, IEnumerable<EndedSession> sessions)
    {
        foreach (var session in sessions)
        {
            cache.Sessions.Invalidate(Convert.ToHexString(session.CredentialHash));
            _ = grains.GetGrain<IClusterDispatchGrain>(clusterId).End(session.Id);
        }
    }
}
