using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>Sends what a claim leased to the edges that hold the polls, one message an edge.</summary>
internal static class ClaimDispatcher
{
    /// <summary>How many bytes of payloads a message has at most; tasks beyond are read by the edge.</summary>
    private const int MaxPayloadBytes = 1 << 20;

    /// <summary>Sends, one-way; <paramref name="served"/> has the tasks by session and claim key, and <paramref name="askedAt"/> is when the claim was begun.</summary>
    public static void Send(IReadOnlyList<PendingPoll> polls, ILookup<(string, string), LeasedTask> served, DateTimeOffset askedAt)
    {
        foreach (var edge in polls.GroupBy(parked => parked.Observer, parked => parked.Poll))
        {
            var (deliveries, room) = (new List<Delivery>(), MaxPayloadBytes);
            foreach (var poll in edge.Where(poll => served.Contains((poll.SessionId, poll.ClaimKey))))
            {
                LeasedTask[] tasks = [.. served[(poll.SessionId, poll.ClaimKey)]];
                var fitting = TakeFitting(tasks, ref room);
                deliveries.Add(new Delivery { Poll = poll, Leases = [.. tasks.Select(task => task.Fence)], Work = [.. fitting], AskedAt = askedAt });
            }

            if (deliveries.Count > 0)
            {
                _ = edge.Key.Deliver([.. deliveries]);
            }
        }
    }

    private static List<LeasedTask> TakeFitting(LeasedTask[] tasks, ref int room)
    {
        var fitting = new List<LeasedTask>(tasks.Length);
        foreach (var task in tasks)
        {
            if (task.Payload.Length <= room)
            {
                room -= task.Payload.Length;
                fitting.Add(task);
            }
        }

        return fitting;
    }
}
