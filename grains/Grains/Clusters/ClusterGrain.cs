using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Grains.Clusters;

/// <summary>
/// Claims for whoever is parked, one gathered claim at a time. Reentrant: it changes its memory before an await, never across
/// one; all of it is a cache of rows and of what edges tell again.
/// </summary>
[Reentrant]
internal sealed partial class ClusterGrain(ITaskStore tasks, IClaimTokens tokens, ILogger<ClusterGrain> log)
    : Grain, IClusterGrain
{
    /// <summary>How many tasks one claim leases at most.</summary>
    private const int MostSlots = 500;

    private readonly LaneHeads _lanes = new();
    private readonly ParkedPolls _polls = new();
    private bool _claiming;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var waiting = await tasks.WaitingAsync(this.GetPrimaryKeyString(), cancellationToken);
        _lanes.Offer(waiting.Select(lane => new LaneOffer(lane.Lane, lane.Priority, Rescan: true)));
    }

    public Task Offer(IReadOnlyList<LaneOffer> lanes)
    {
        _lanes.Offer(lanes);
        return Claim();
    }

    public Task Park(IPollEdge edge, IReadOnlyList<Poll> polls)
    {
        foreach (var poll in polls)
        {
            if (_polls.Park(new ParkedPoll(poll, edge)) is { } answer)
            {
                _ = edge.Deliver([answer]);
            }
        }

        _ = Claim();
        return Task.CompletedTask;
    }

    public Task Withdraw(IReadOnlyList<Poll> polls)
    {
        _polls.Withdraw(polls);
        return Task.CompletedTask;
    }

    public Task Drain(string sessionId) => Answer(
        _polls.Dismiss(sessionId, ended: false), poll => new Delivery { Poll = poll, Drain = true });

    public Task End(string sessionId) => Answer(
        _polls.Dismiss(sessionId, ended: true), poll => new Delivery { Poll = poll, Ended = true });

    public Task Stop(LeaseFence lease) => Answer(
        _polls.Take(lease.SessionId), poll => new Delivery { Poll = poll, Stop = [lease] });

    private static Task Answer(ParkedPoll? parked, Func<Poll, Delivery> order) =>
        parked?.Edge.Deliver([order(parked.Poll)]) ?? Task.CompletedTask;

    private async Task Claim()
    {
        if (_claiming)
        {
            return;
        }

        _claiming = true;
        try
        {
            while (await ClaimOnce())
            {
            }
        }
        catch (Exception trouble)
        {
            // The edges park again every few seconds, and that claims again.
            ClaimFailed(this.GetPrimaryKeyString(), trouble);
        }
        finally
        {
            _claiming = false;
        }
    }

    private async Task<bool> ClaimOnce()
    {
        var heads = _lanes.Take();
        var polls = heads.Heads.Count == 0 ? [] : _polls.BeginClaim(MostSlots);
        if (polls.Count == 0)
        {
            return false;
        }

        IReadOnlyList<ClaimedTask> claimed = [];
        try
        {
            ClaimSlot[] slots = [.. polls.SelectMany(parked => parked.Slots(tokens)).Take(MostSlots)];
            claimed = await tasks.ClaimAsync(new ClaimCall(heads.Heads, slots), CancellationToken.None);
            heads.Learn(claimed, exhausted: claimed.Count < slots.Length);
        }
        finally
        {
            var served = claimed.ToLookup(task => (task.Fence.SessionId, task.ClaimKey), task => task.Fence);
            _polls.EndClaim(polls, poll => served.Contains((poll.SessionId, poll.ClaimKey)));
            Deliveries.Send(polls, served);
        }

        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Cluster {ClusterId}: the claim failed and is tried again")]
    private partial void ClaimFailed(string clusterId, Exception trouble);
}
