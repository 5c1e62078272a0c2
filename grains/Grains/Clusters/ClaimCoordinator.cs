using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>Claims of a cluster's grain: what waits in the lanes, for the polls that are parked.</summary>
internal sealed class ClaimCoordinator(LaneCursors lanes, PendingPolls polls, ITaskStore tasks, ILeaseTokenGenerator tokens, TimeProvider time)
{
    /// <summary>How many tasks one claim leases at most.</summary>
    private const int MaxSlots = 500;

    /// <summary>One claim for each kind of runner, so that none keeps another waiting; those that can take least choose first.</summary>
    public async Task<bool> ClaimForAllAsync()
    {
        var claimed = false;
        foreach (var kind in polls.Kinds)
        {
            claimed |= await ClaimForAsync(kind);
        }

        return claimed;
    }

    private async Task<bool> ClaimForAsync(LabelSet kind)
    {
        var heads = lanes.Take(kind);
        var taken = heads.Cursors.Count == 0 ? [] : polls.BeginClaim(kind, MaxSlots);
        if (taken.Count == 0)
        {
            return false;
        }

        IReadOnlyList<ClaimedTask> claimed = [];
        var askedAt = time.GetUtcNow();
        try
        {
            ClaimSlot[] slots = [.. taken.SelectMany(parked => parked.Slots(tokens)).Take(MaxSlots)];
            claimed = await tasks.ClaimAsync(new ClaimBatch(heads.Cursors, slots), CancellationToken.None);
            heads.Update(claimed, exhausted: claimed.Count < slots.Length);
        }
        finally
        {
            var served = claimed.ToLookup(claim => (claim.Fence.SessionId, claim.ClaimKey), claim => claim.Task);
            polls.EndClaim(taken, poll => served.Contains((poll.SessionId, poll.ClaimKey)));
            ClaimDispatcher.Send(taken, served, askedAt);
        }

        return true;
    }
}
