using Microsoft.Extensions.Caching.Memory;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// Tasks as this silo has claimed them a moment ago, by their leases: a finish that comes soon is decided on them, without a read. A task
/// that more has become known of is forgotten, and the statement that writes the finish looks whether that was so elsewhere.
/// </summary>
internal sealed class RecentClaims : IDisposable
{
    private const int MaxClaims = 20_000;

    // Most that run longer have been renewed as running, and so were forgotten.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    private readonly MemoryCache _claims = new(new MemoryCacheOptions { SizeLimit = MaxClaims });

    /// <summary>Remembers a task that was claimed at this time of the database.</summary>
    public void Add(TaskState claimed, DateTimeOffset now) => _claims.Set(
        claimed.Lease!.Fence,
        new Claim(claimed, now, TimeProvider.System.GetTimestamp()),
        new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });

    /// <summary>The task as it was claimed, and the database's time by now; it is forgotten.</summary>
    public (TaskState Task, DateTimeOffset Now)? Take(LeaseFence lease)
    {
        if (!_claims.TryGetValue(lease, out Claim? claim))
        {
            return null;
        }

        _claims.Remove(lease);
        return (claim!.Task, claim.At + TimeProvider.System.GetElapsedTime(claim.Timestamp));
    }

    /// <summary>Forgets those of these of which a renewal tells more than that they are to begin.</summary>
    public void Forget(IEnumerable<Renewal> renewals)
    {
        foreach (var renewal in renewals)
        {
            if (renewal is { Phase: TaskPhase.Running } or { Percent: not null } or { Message: not null } or { Digest: not null })
            {
                _claims.Remove(renewal.Fence);
            }
        }
    }

    public void Dispose() => _claims.Dispose();

    private sealed record Claim(TaskState Task, DateTimeOffset At, long Timestamp);
}
