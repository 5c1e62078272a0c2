using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Grains.Clusters;

/// <summary>The polls of a cluster that wait for work or orders, first come first served, at most one a session.</summary>
internal sealed class ParkedPolls
{
    private readonly Dictionary<string, LinkedListNode<ParkedPoll>> _bySession = [];
    private readonly LinkedList<ParkedPoll> _inOrder = [];
    private readonly HashSet<Poll> _inClaim = [];
    private readonly Dismissals _dismissals = new();

    /// <summary>
    /// Adds a poll; one that is here already keeps its place, an older one of its session gives its place up. Null, unless the
    /// poll is to be answered at once.
    /// </summary>
    public Delivery? Park(ParkedPoll parked)
    {
        if (_inClaim.Contains(parked.Poll))
        {
            return null;
        }

        if (_dismissals.Answer(parked.Poll) is { } answer)
        {
            Withdraw([parked.Poll]);
            return answer;
        }

        if (_bySession.TryGetValue(parked.Poll.SessionId, out var node))
        {
            node.Value = parked;
        }
        else
        {
            _bySession[parked.Poll.SessionId] = _inOrder.AddLast(parked);
        }

        return null;
    }

    /// <summary>Takes up to <paramref name="slots"/> slots' worth of polls that want work out of the queue, into a claim.</summary>
    public IReadOnlyList<ParkedPoll> BeginClaim(int slots)
    {
        var taken = new List<ParkedPoll>();
        for (var node = _inOrder.First; node is not null && slots > 0;)
        {
            var next = node.Next;
            if (node.Value.Poll.Wanted > 0)
            {
                taken.Add(node.Value);
                slots -= node.Value.Poll.Wanted;
                Remove(node);
                _inClaim.Add(node.Value.Poll);
            }

            node = next;
        }

        return taken;
    }

    /// <summary>Ends a claim: the polls that it did not serve go back to the front, in their order.</summary>
    public void EndClaim(IReadOnlyList<ParkedPoll> taken, Func<Poll, bool> served)
    {
        foreach (var parked in taken.Reverse())
        {
            if (_inClaim.Remove(parked.Poll) && !served(parked.Poll) && !_bySession.ContainsKey(parked.Poll.SessionId))
            {
                _bySession[parked.Poll.SessionId] = _inOrder.AddFirst(parked);
            }
        }
    }

    /// <summary>Takes a session's poll out; null when none is parked.</summary>
    public ParkedPoll? Take(string sessionId)
    {
        if (!_bySession.TryGetValue(sessionId, out var node))
        {
            return null;
        }

        Remove(node);
        return node.Value;
    }

    /// <summary>The session drains from now on, or has ended: takes its poll out, and lets none of it wait for work any more.</summary>
    public ParkedPoll? Dismiss(string sessionId, bool ended)
    {
        _dismissals.Add(sessionId, ended);
        return Take(sessionId);
    }

    /// <summary>Polls have ended at their edge.</summary>
    public void Withdraw(IReadOnlyList<Poll> polls)
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

    private void Remove(LinkedListNode<ParkedPoll> node)
    {
        _inOrder.Remove(node);
        _bySession.Remove(node.Value.Poll.SessionId);
    }
}

/// <summary>A poll and the edge that holds it.</summary>
internal sealed record ParkedPoll(Poll Poll, IPollEdge Edge)
{
    /// <summary>A slot for each task that it would take.</summary>
    public IEnumerable<ClaimSlot> Slots(IClaimTokens tokens) => Enumerable
        .Range(0, Poll.Wanted)
        .Select(_ => new ClaimSlot(Poll.SessionId, Poll.ClaimKey, tokens.Next()));
}
