namespace OrleansHybrid.Grains.Clusters;

/// <summary>
/// The sessions that were recently set to drain or ended: a poll of theirs may still be in flight or in a
/// claim, and is completed when its silo registers it.
/// </summary>
internal sealed class RecentlyEndedSessions
{
    private const int MaxSessions = 1000;

    private readonly Dictionary<string, bool> _ended = [];
    private readonly Queue<string> _inOrder = [];

    /// <summary>Remembers a session; one that has ended stays so.</summary>
    public void Add(string sessionId, bool ended)
    {
        if (!_ended.TryAdd(sessionId, ended))
        {
            _ended[sessionId] |= ended;
            return;
        }

        _inOrder.Enqueue(sessionId);
        if (_inOrder.Count > MaxSessions)
        {
            _ended.Remove(_inOrder.Dequeue());
        }
    }

    /// <summary>The immediate answer to a poll; null for one that may wait. A draining runner may still wait for commands.</summary>
    public Delivery? TryDeliver(Poll poll) => !_ended.TryGetValue(poll.SessionId, out var ended) ? null
        : ended ? new Delivery { Poll = poll, Ended = true }
        : poll.Wanted > 0 ? new Delivery { Poll = poll, Drain = true }
        : null;
}
