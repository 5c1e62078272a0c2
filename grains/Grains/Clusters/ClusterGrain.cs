using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Clusters;

/// <summary>
/// Claims for the pending polls, one batched claim at a time. Reentrant: it changes its memory before an await, never across
/// one; all of it is a cache of rows and of what silos send again.
/// </summary>
[Reentrant]
[GrainType("cluster")]
internal sealed partial class ClusterGrain(
    ITaskStore tasks, IRunnerStore runners, ILeaseTokenGenerator tokens, TimeProvider time, ILogger<ClusterGrain> log) : Grain, IClusterDispatchGrain
{
    private readonly LaneCursors _lanes = new();
    private readonly PendingPolls _polls = new();
    private bool _claiming;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _polls.Pause(await runners.ListPausedAsync(this.GetPrimaryKeyString(), cancellationToken), paused: true);
        var waiting = await tasks.ListBacklogAsync(this.GetPrimaryKeyString(), cancellationToken);
        AddAvailableLanes([.. waiting.Select(LaneAvailability.Of)]);
    }

    public Task Offer(LaneAvailability[] lanes)
    {
        AddAvailableLanes(lanes);
        return Claim();
    }

    public Task Park(IPollObserver observer, Poll[] polls)
    {
        foreach (var poll in polls)
        {
            if (_polls.Park(poll, observer) is { } answer)
            {
                _ = observer.Deliver([answer]);
            }
        }

        _ = Claim();
        return Task.CompletedTask;
    }

    public Task Withdraw(Poll[] polls)
    {
        _polls.Withdraw(polls);
        return Task.CompletedTask;
    }

    public Task Drain(string sessionId) => DeliverAsync(
        _polls.CloseSession(sessionId, ended: false), poll => new Delivery { Poll = poll, Drain = true });

    public Task Pause(string sessionId)
    {
        _polls.Pause([sessionId], paused: true);
        return Task.CompletedTask;
    }

    public Task Resume(string sessionId)
    {
        _polls.Pause([sessionId], paused: false);
        _ = Claim();
        return Task.CompletedTask;
    }

    public Task End(string sessionId) => DeliverAsync(
        _polls.CloseSession(sessionId, ended: true), poll => new Delivery { Poll = poll, Ended = true });

    public Task Stop(LeaseFence lease) => DeliverAsync(
        _polls.Take(lease.SessionId), poll => new Delivery { Poll = poll, Stop = [lease] });

    private static Task DeliverAsync(PendingPoll? parked, Func<Poll, Delivery> createDelivery) =>
        parked?.Observer.Deliver([createDelivery(parked.Poll)]) ?? Task.CompletedTask;

    private void AddAvailableLanes(LaneAvailability[] lanes)
    {
        _lanes.Offer(lanes);
        foreach (var lane in lanes)
        {
            _polls.AddRequiredLabels(lane.RequiredLabels);
        }
    }

    private async Task Claim()
    {
        if (_claiming)
        {
            return;
        }

        _claiming = true;
        var claims = new ClaimCoordinator(_lanes, _polls, tasks, tokens, time);
        try
        {
            while (await claims.ClaimForAllAsync())
            {
            }
        }
        catch (Exception ex)
        {
            // The edges park again every few seconds, and that claims again.
            ClaimFailed(this.GetPrimaryKeyString(), ex);
        }
        finally
        {
            _claiming = false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Cluster {ClusterId}: claim failed, will retry")]
    private partial void ClaimFailed(string clusterId, Exception exception);
}
