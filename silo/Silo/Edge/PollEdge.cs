using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Http.Runners;

namespace OrleansHybrid.Silo.Edge;

/// <summary>
/// This silo's side of all long polls: parks them at the clusters' grains and answers them with what is delivered. One
/// pass over all of them each second takes the place of a timer for each.
/// </summary>
internal sealed partial class PollEdge(
    IGrainFactory grains, ITaskStore tasks, WorkOrders orders, TimeProvider time, ControlPlaneOptions options,
    ILogger<PollEdge> log) : IPollEdge
{
    private const int MostInOneCall = 1000;
    private const int PassesBetweenParkings = 3;

    private static readonly ClaimAnswer Nothing = new() { Tasks = [] };

    private readonly ParkedClaims _parked = new();
    private IPollEdge? _reference;
    private int _passes;
    private bool _parkAgain;
    private bool _closed;

    /// <summary>How many requests are held open.</summary>
    public int Held => _parked.Count;

    /// <summary>The sessions whose requests are held open: their runners are there.</summary>
    public IEnumerable<string> Sessions => _parked.All.Select(claim => claim.Poll.SessionId);

    private IPollEdge Reference => _reference
        ?? LazyInitializer.EnsureInitialized(ref _reference, () => grains.CreateObjectReference<IPollEdge>(this));

    /// <summary>What an earlier copy of this claim was given and still holds; null when that is nothing.</summary>
    public async Task<ClaimAnswer?> FindAsync(Poll poll, CancellationToken cancellationToken)
    {
        var leases = await tasks.FindClaimedAsync(poll.SessionId, poll.ClaimKey, cancellationToken);
        var found = leases.Count == 0 ? null : await orders.ReadAsync(leases, cancellationToken);
        return found is { Count: > 0 } ? new ClaimAnswer { Tasks = [.. found.Values] } : null;
    }

    /// <summary>
    /// Holds a request until something comes up for it, its time is over, or its sender is gone; null when its session has ended.
    /// </summary>
    public async Task<ClaimAnswer?> WaitAsync(string clusterId, Poll poll, CancellationToken cancellationToken)
    {
        var claim = new ParkedClaim(clusterId, poll, time.GetTimestamp());
        _parked.Add(claim)?.SetResult(Nothing);
        if (Volatile.Read(ref _closed))
        {
            End(claim);
        }
        else
        {
            _ = ParkAsync(clusterId, [poll]);
        }

        ClaimAnswer? answer;
        using (cancellationToken.UnsafeRegister(_ => Leave(claim), null))
        {
            answer = await claim.Task;
        }

        if (cancellationToken.IsCancellationRequested && answer is { Tasks.Count: > 0 })
        {
            await ReleaseAsync([.. answer.Tasks.Select(task => RunnerMapping.Fence(task.Lease, poll.SessionId))]);
        }

        return answer;
    }

    public Task Deliver(IReadOnlyList<Delivery> deliveries)
    {
        var reached = new List<(ParkedClaim Claim, Delivery Delivery)>(deliveries.Count);
        var missed = new List<LeaseFence>();
        foreach (var delivery in deliveries)
        {
            if (_parked.Take(delivery.Poll) is { } claim)
            {
                reached.Add((claim, delivery));
            }
            else
            {
                missed.AddRange(delivery.Leases);
            }
        }

        return Task.WhenAll(AnswerAsync(reached), ReleaseAsync(missed));
    }

    /// <summary>
    /// Ends the requests whose time is over; every few passes, or after an error, parks the others again.
    /// </summary>
    public async Task PassAsync()
    {
        var again = Interlocked.Exchange(ref _parkAgain, false) | (++_passes % PassesBetweenParkings == 0);
        var over = _parked.All.Where(claim => time.GetElapsedTime(claim.ParkedAt) >= options.PollTime).ToList();
        Withdraw(over.FindAll(End));
        if (again)
        {
            foreach (var cluster in _parked.All.GroupBy(claim => claim.ClusterId, claim => claim.Poll))
            {
                await Task.WhenAll(cluster.Chunk(MostInOneCall).Select(polls => ParkAsync(cluster.Key, polls)));
            }
        }
    }

    /// <summary>Ends all requests, now and from now on: the silo is about to stop.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Withdraw([.. _parked.All.Where(End)]);
    }

    private bool End(ParkedClaim claim) => _parked.Take(claim) && claim.TrySetResult(Nothing);

    private void Leave(ParkedClaim claim)
    {
        if (End(claim))
        {
            Withdraw([claim]);
        }
    }

    private async Task ParkAsync(string clusterId, IReadOnlyList<Poll> polls)
    {
        try
        {
            await grains.GetGrain<IClusterGrain>(clusterId).Park(Reference, polls);
        }
        catch (Exception ex)
        {
            // Said once a pass, not once a poll.
            if (!Interlocked.Exchange(ref _parkAgain, true))
            {
                ParkingFailed(clusterId, ex);
            }
        }
    }

    private void Withdraw(IReadOnlyList<ParkedClaim> claims)
    {
        foreach (var cluster in claims.GroupBy(claim => claim.ClusterId, claim => claim.Poll))
        {
            _ = grains.GetGrain<IClusterGrain>(cluster.Key).Withdraw([.. cluster]);
        }
    }

    private async Task AnswerAsync(IReadOnlyList<(ParkedClaim Claim, Delivery Delivery)> reached)
    {
        try
        {
            LeaseFence[] leases = [.. reached.SelectMany(pair => pair.Delivery.Leases)];
            var work = leases.Length == 0 ? null : await orders.ReadAsync(leases, CancellationToken.None);
            foreach (var (claim, delivery) in reached)
            {
                claim.SetResult(delivery.Ended ? null : new ClaimAnswer
                {
                    Tasks = [.. delivery.Leases.Where(lease => work!.ContainsKey(lease)).Select(lease => work![lease])],
                    Stop = [.. delivery.Stop.Select(RunnerMapping.Show)],
                    Drain = delivery.Drain,
                });
            }
        }
        catch (Exception ex)
        {
            // The runners repeat their claims, with the same keys, and find these leases.
            foreach (var (claim, _) in reached)
            {
                claim.TrySetException(ex);
            }
        }
    }

    private async Task ReleaseAsync(List<LeaseFence> leases)
    {
        if (leases.Count == 0)
        {
            return;
        }

        try
        {
            TaskEffects.Do(grains, await tasks.ReleaseAsync(leases, CancellationToken.None));
        }
        catch (Exception ex)
        {
            ReleaseFailed(leases.Count, ex);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Cluster {ClusterId}: runners could not be parked, which is tried again")]
    private partial void ParkingFailed(string clusterId, Exception trouble);

    [LoggerMessage(2, LogLevel.Warning, "{Count} leases of runners that are gone can't be handed back now: they lapse")]
    private partial void ReleaseFailed(int count, Exception trouble);
}
