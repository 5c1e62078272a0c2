using System.Collections.Concurrent;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Silo.LongPolling;

/// <summary>
/// The requests that this silo holds open, one per session. The caller that takes one out completes it.
/// </summary>
internal sealed class PendingClaims
{
    private readonly ConcurrentDictionary<string, PendingClaim> _bySession = new();

    /// <summary>How many there are.</summary>
    public int Count => _bySession.Count;

    /// <summary>All of them.</summary>
    public IEnumerable<PendingClaim> All => _bySession.Select(parked => parked.Value);

    /// <summary>Adds a request; returns the older one of its session, which is removed.</summary>
    public PendingClaim? Add(PendingClaim claim)
    {
        while (!_bySession.TryAdd(claim.Poll.SessionId, claim))
        {
            if (_bySession.TryGetValue(claim.Poll.SessionId, out var older)
                && _bySession.TryUpdate(claim.Poll.SessionId, claim, older))
            {
                return older;
            }
        }

        return null;
    }

    /// <summary>Takes this very request out; false when it was taken already.</summary>
    public bool Take(PendingClaim claim) => _bySession.TryRemove(KeyValuePair.Create(claim.Poll.SessionId, claim));

    /// <summary>Takes out the request of this poll; null when it has ended.</summary>
    public PendingClaim? Take(Poll poll) =>
        _bySession.TryGetValue(poll.SessionId, out var claim) && claim.Poll == poll && Take(claim) ? claim : null;
}
