using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>Sends what a claim leased to the edges that hold the polls, one message an edge.</summary>
internal static class ClaimDispatcher
{
    /// <summary>Sends, one-way; <paramref name="served"/> has the leases by session and claim key.</summary>
    public static void Send(IReadOnlyList<PendingPoll> polls, ILookup<(string, string), LeaseFence> served)
    {
        foreach (var edge in polls.GroupBy(parked => parked.Observer, parked => parked.Poll))
        {
            Delivery[] deliveries = [.. edge
                .Where(poll => served.Contains((poll.SessionId, poll.ClaimKey)))
                .Select(poll => new Delivery { Poll = poll, Leases = [.. served[(poll.SessionId, poll.ClaimKey)]] })];
            if (deliveries.Length > 0)
            {
                _ = edge.Key.Deliver(deliveries);
            }
        }
    }
}
