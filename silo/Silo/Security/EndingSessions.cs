using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// What follows when rows of sessions have been ended: this silo forgets them, and their polls end wherever they are held.
/// </summary>
internal sealed class EndingSessions(Lookups lookups, IGrainFactory grains)
{
    /// <summary>Ends the polls of a cluster's sessions; one-way, and a poll that is missed claims nothing and ends by itself.</summary>
    public void End(string clusterId, IEnumerable<EndedSession> sessions)
    {
        foreach (var session in sessions)
        {
            lookups.Sessions.Forget(Convert.ToHexString(session.CredentialHash));
            _ = grains.GetGrain<IClusterGrain>(clusterId).End(session.Id);
        }
    }
}
