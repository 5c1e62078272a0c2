using System.Collections.Concurrent;

namespace OrleansHybrid.Silo.Security;

/// <summary>Which runner sessions were heard of since somebody last asked.</summary>
internal sealed class SessionActivityTracker
{
    private readonly ConcurrentDictionary<string, byte> _seen = new();

    /// <summary>This session was heard of.</summary>
    public void Record(string sessionId) => _seen[sessionId] = 0;

    /// <summary>Takes the sessions out; one heard of meanwhile is there the next time.</summary>
    public IReadOnlyList<string> TakeAll() => [.. _seen.Keys.Where(session => _seen.TryRemove(session, out _))];
}
