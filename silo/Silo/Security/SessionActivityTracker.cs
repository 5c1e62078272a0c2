using System.Collections.Concurrent;

namespace OrleansHybrid.Silo.Security;

/// <summary>The runner sessions with activity since the last call.</summary>
internal sealed class SessionActivityTracker
{
    private readonly ConcurrentDictionary<string, byte> _seen = new();

    /// <summary>Records activity of this session.</summary>
    public void Record(string sessionId) => _seen[sessionId] = 0;

    /// <summary>Takes the sessions out; later activity is there the next time.</summary>
    public IReadOnlyList<string> TakeAll() => [.. _seen.Keys.Where(session => _seen.TryRemove(session, out _))];
}
