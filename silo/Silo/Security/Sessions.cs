using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Silo.Security;

/// <summary>Which runner session a credential belongs to, and that it was heard of.</summary>
internal sealed class Sessions(Lookups lookups, SeenSessions seen)
{
    /// <summary>The session, which is alive now; null when the credential opens none, or one that has ended.</summary>
    public async Task<RunnerSession?> FindAsync(string credential, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexString(Secret.Hash(credential));
        if (await lookups.Sessions.FindAsync(hash, cancellationToken) is not { Phase: not RunnerPhase.Ended } session)
        {
            return null;
        }

        seen.Note(session.Id);
        return session;
    }
}
