using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Api.RunnerProtocol;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.LongPolling;

/// <summary>
/// This silo's side of all long polls: registers them at the clusters' grains and completes them with what is delivered. One
/// pass over all of them each second replaces a timer for each.
/// </summary>
internal sealed partial class LongPollDispatcher(
    IGrainFactory grains, ITaskStore tasks, TaskAssignmentBuilder assignments, TimeProvider time, ApiOptions options,
    ILogger<LongPollDispatcher> log) : IPollObserver
{
    private const int MaxPollsPerCall = 1000;
    private const int PassesBetweenReparking = 3;

    private static readonly ClaimResponse NoTasks = new() { Tasks = [] };

    private readonly PendingClaims _pending = new();
    private IPollObserver? _reference;
    private int _passes;
    private bool _parkAgain;
    private bool _closed;

    /// <summary>How many requests are held open.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>The sessions whose requests are held open: their runners are there.</summary>
    public IEnumerable<string> Sessions => _pending.All.Select(claim => claim.Poll.SessionId);

    private IPollObserver Reference => _reference
        ?? LazyInitializer.EnsureInitialized(ref _reference, () => grains.CreateObjectReference<IPollObserver>(this));

    /// <summary>The leases that an earlier copy of this claim was given and still holds; null when there are none.</summary>
    public async Task<ClaimResponse?> FindClaimedAsync(Poll poll, CancellationToken cancellationToken)
    {
        var leases = await tasks.FindClaimedAsync(poll.SessionId, poll.ClaimKey, cancellationToken);
        var found = leases.Count == 0 ? null : await assignments.BuildAsync(leases, read: [], claims: null, cancellationToken);
        return found is { Count: > 0 } ? new ClaimResponse { Tasks = [.. found.Values] } : null;
    }

    /// <summary>
    /// Holds a request until there is something for it, its time is over, or its sender disconnects; null when its session has ended.
    /// </summary>
    public async Task<ClaimResponse?> WaitAsync(string clusterId, Poll poll, CancellationToken cancellationToken)
    {
        var claim = new PendingClaim(clusterId, poll, time.GetTimestamp());
        _pending.Add(claim)?.SetResult(NoTasks);
        if (Volatile.Read(ref _closed))
        {
            CompleteEmpty(claim);
        }
        else
        {
            _ = ParkAsync(clusterId, [poll]);
        }

        ClaimResponse? answer;
        using (cancellationToken.UnsafeRegister(_ => OnDisconnected(claim), null))
        {
            answer = await claim.Task;
        }

        if (cancellationToken.IsCancellationRequested && answer is { Tasks.Length: > 0 })
        {
            await ReleaseAsync([.. answer.Tasks.Select(task => RunnerMapping.Fence(task.Lease, poll.SessionId))]);
        }

        return answer;
    }

    public Task Deliver(Delivery[] deliveries)
    {
        var reached = new List<(PendingClaim Claim, Delivery Delivery)>(deliveries.Length);
        var missed = new List<LeaseFence>();
        foreach (var delivery in deliveries)
        {
            if (_pending.Take(delivery.Poll) is { } claim)
            {
                reached.Add((claim, delivery));
            }
            else
            {
                missed.AddRange(delivery.Leases);
            }
        }

        return Task.WhenAll(CompleteAsync(reached), ReleaseAsync(missed));
    }

    /// <summary>
    /// Ends the requests whose time is over; every few passes, or after an error, parks the others again.
    /// </summary>
    public async Task RunPassAsync()
    {
        var again = Interlocked.Exchange(ref _parkAgain, false) | (++_passes % PassesBetweenReparking == 0);
        var over = _pending.All.Where(claim => time.GetElapsedTime(claim.StartedAt) >= options.PollTime).ToList();
        Withdraw(over.FindAll(CompleteEmpty));
        if (again)
        {
            foreach (var cluster in _pending.All.GroupBy(claim => claim.ClusterId, claim => claim.Poll))
            {
                await Task.WhenAll(cluster.Chunk(MaxPollsPerCall).Select(polls => ParkAsync(cluster.Key, polls)));
            }
        }
    }

    /// <summary>Ends all requests, now and from now on: the silo is about to stop.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Withdraw([.. _pending.All.Where(CompleteEmpty)]);
    }

    private bool CompleteEmpty(PendingClaim claim) => _pending.Take(claim) && claim.TrySetResult(NoTasks);

    private void OnDisconnected(PendingClaim claim)
    {
        if (CompleteEmpty(claim))
        {
            Withdraw([claim]);
        }
    }

    private async Task ParkAsync(string clusterId, Poll[] polls)
    {
        try
        {
            await grains.GetReference<IClusterDispatchGrain>(clusterId).Park(Reference, polls);
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

    private void Withdraw(IReadOnlyList<PendingClaim> claims)
    {
        foreach (var cluster in claims.GroupBy(claim => claim.ClusterId, claim => claim.Poll))
        {
            _ = grains.GetReference<IClusterDispatchGrain>(cluster.Key).Withdraw([.. cluster]);
        }
    }

    private async Task CompleteAsync(IReadOnlyList<(PendingClaim Claim, Delivery Delivery)> reached)
    {
        try
        {
            LeaseFence[] leases = [.. reached.SelectMany(pair => pair.Delivery.Leases)];
            var claims = reached.SelectMany(pair => pair.Delivery.Leases.Select(lease => (lease, pair.Claim.Trace))).ToDictionary();
            LeasedTask[] read = [.. reached.SelectMany(pair => ReadWithClaim(pair.Delivery))];
            var work = leases.Length == 0 ? null : await assignments.BuildAsync(leases, read, claims, CancellationToken.None);
            foreach (var (claim, delivery) in reached)
            {
                claim.SetResult(delivery.Ended ? null : new ClaimResponse
                {
                    Tasks = [.. delivery.Leases.Where(lease => work!.ContainsKey(lease)).Select(lease => work![lease])],
                    Stop = [.. delivery.Stop.Select(RunnerMapping.ToContract)],
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

    /// <summary>The tasks that came with their leases, and how long these hold by now; one whose lease may be over is read.</summary>
    private IEnumerable<LeasedTask> ReadWithClaim(Delivery delivery)
    {
        var age = time.GetUtcNow() - delivery.AskedAt;
        return delivery.Work.Where(task => task.ValidFor > age).Select(task => age > TimeSpan.Zero ? task with { ValidFor = task.ValidFor - age } : task);
    }

    private async Task ReleaseAsync(List<LeaseFence> leases)
    {
        if (leases.Count == 0)
        {
            return;
        }

        try
        {
            TaskEffects.Publish(grains, await tasks.ReleaseAsync(leases, CancellationToken.None));
        }
        catch (Exception ex)
        {
            ReleaseFailed(leases.Count, ex);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Cluster {ClusterId}: could not register long polls, will retry")]
    private partial void ParkingFailed(string clusterId, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Could not release {Count} leases of disconnected runners; they will expire")]
    private partial void ReleaseFailed(int count, Exception exception);
}
