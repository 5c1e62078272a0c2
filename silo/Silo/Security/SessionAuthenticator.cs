using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Silo.Security;

/// <summary>Finds the runner session of a credential, and records its activity.</summary>
internal sealed class SessionAuthenticator(EntityCache cache, SessionActivityTracker activity)
{
    /// <summary>The session, which is alive now; null when the credential opens none, or one that has ended.</summary>
    public async Task<RunnerSession?> AuthenticateAsync(string credential, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexString(TokenHasher.Hash(credential));
        if (await cache.Sessions.FindAsync(hash, cancellationToken) is not { Phase: not RunnerPhase.Ended } session)
        {
            return null;
        }

        activity.Record(session.Id);
        return session;
    }
}
