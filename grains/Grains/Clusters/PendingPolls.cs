using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>
/// The polls of a cluster that wait for work or commands, first come first served, at most one a session. Those that wait for work
/// stand in one queue for each kind of runner: what its labels are, of those that tasks have asked for.
/// </summary>
internal sealed class PendingPolls
{
    private readonly Dictionary<string, LinkedListNode<PendingPoll>> _bySession = [];
    private readonly Dictionary<LabelSet, LinkedList<PendingPoll>> _waiting = [];
    private readonly LinkedList<PendingPoll> _ordersOnly = [];
    private readonly HashSet<string> _requiredLabels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paused = [];
    private readonly HashSet<Poll> _inClaim = [];
    private readonly RecentlyEndedSessions _recentlyEnded = new();
    private long _lastPosition;

    /// <summary>The kinds of runners that wait for work now; what the first can take, the later ones may be able to take, too.</summary>
    public IReadOnlyList<LabelSet> Kinds =>
        [.. _waiting.Where(queue => queue.Value.Count > 0).Select(queue => queue.Key).OrderBy(kind => kind.ToList().Count)];

    /// <summary>Tasks require these labels: runners with and without them are kept apart from now on.</summary>
    public void AddRequiredLabels(LabelSet required)
    {
        var before = _requiredLabels.Count;
        _requiredLabels.UnionWith(required.ToList());
        if (_requiredLabels.Count == before)
        {
            return;
        }

        PendingPoll[] all = [.. _waiting.Values.SelectMany(queue => queue).OrderBy(parked => parked.Position)];
        _waiting.Clear();
        foreach (var parked in all)
        {
            Append(parked);
        }
    }

    /// <summary>
    /// Adds a poll; one that is here already keeps its position and replaces an older one of its session. Null, unless the
    /// poll is to be completed at once.
    /// </summary>
    public Delivery? Park(Poll poll, IPollObserver observer)
    {
        if (_inClaim.Contains(poll))
        {
            return null;
        }

        if (_recentlyEnded.TryDeliver(poll) is { } answer)
        {
            Withdraw([poll]);
            return answer;
        }

        var parked = new PendingPoll(poll, observer, ++_lastPosition);
        if (_bySession.TryGetValue(poll.SessionId, out var node) && node.List == QueueOf(parked))
        {
            node.Value = parked with { Position = node.Value.Position };
            return null;
        }

        Take(poll.SessionId);
        Append(parked);
        return null;
    }

    /// <summary>Takes up to <paramref name="slots"/> slots' worth of polls of one kind out of their queue, into a claim.</summary>
    public IReadOnlyList<PendingPoll> BeginClaim(LabelSet kind, int slots)
    {
        var taken = new List<PendingPoll>();
        while (slots > 0 && _waiting.GetValueOrDefault(kind)?.First is { } node)
        {
            taken.Add(node.Value);
            slots -= node.Value.Poll.Wanted;
            Remove(node);
            _inClaim.Add(node.Value.Poll);
        }

        return taken;
    }

    /// <summary>Ends a claim: the polls that it did not serve go back to the front, in their order.</summary>
    public void EndClaim(IReadOnlyList<PendingPoll> taken, Func<Poll, bool> served)
    {
        foreach (var parked in taken.Reverse())
        {
            if (_inClaim.Remove(parked.Poll) && !served(parked.Poll) && !_bySession.ContainsKey(parked.Poll.SessionId))
            {
                _bySession[parked.Poll.SessionId] = QueueOf(parked).AddFirst(parked);
            }
        }
    }

    /// <summary>Takes a session's poll out; null when none is parked.</summary>
    public PendingPoll? Take(string sessionId)
    {
        if (!_bySession.TryGetValue(sessionId, out var node))
        {
            return null;
        }

        Remove(node);
        return node.Value;
    }

    /// <summary>From now on, what these sessions park waits for commands only; or for work again.</summary>
    public void Pause(IEnumerable<string> sessionIds, bool paused)
    {
        foreach (var id in sessionIds)
        {
            if ((paused ? _paused.Add(id) : _paused.Remove(id)) && Take(id) is { } parked)
            {
                Append(parked with { Position = ++_lastPosition });
            }
        }
    }

    /// <summary>The session drains from now on, or has ended: takes its poll out, and lets none of it wait for work any more.</summary>
    public PendingPoll? CloseSession(string sessionId, bool ended)
    {
        _recentlyEnded.Add(sessionId, ended);
        _paused.Remove(sessionId);
        return Take(sessionId);
    }

    /// <summary>Polls have ended at their edge.</summary>
    public void Withdraw(Poll[] polls)
    {
        foreach (var poll in polls)
        {
            _inClaim.Remove(poll);
            if (_bySession.TryGetValue(poll.SessionId, out var node) && node.Value.Poll == poll)
            {
                Remove(node);
            }
        }
    }

    private LinkedList<PendingPoll> QueueOf(PendingPoll parked)
    {
        if (parked.Poll.Wanted == 0 || _paused.Contains(parked.Poll.SessionId))
        {
            return _ordersOnly;
        }

        var kind = parked.Poll.Labels.Intersect(_requiredLabels);
        return _waiting.TryGetValue(kind, out var queue) ? queue : _waiting[kind] = [];
    }

    private void Append(PendingPoll parked) => _bySession[parked.Poll.SessionId] = QueueOf(parked).AddLast(parked);

    private void Remove(LinkedListNode<PendingPoll> node)
    {
        node.List!.Remove(node);
        _bySession.Remove(node.Value.Poll.SessionId);
    }
}

/// <summary>A poll, the edge that holds it, and a number that is higher the later it came.</summary>
internal sealed record PendingPoll(Poll Poll, IPollObserver Observer, long Position)
{
    /// <summary>A slot for each task that it would take.</summary>
    public IEnumerable<ClaimSlot> Slots(ILeaseTokenGenerator tokens) => Enumerable
        .Range(0, Poll.Wanted)
        .Select(_ => new ClaimSlot(Poll.SessionId, Poll.ClaimKey, tokens.NewToken()));
}
