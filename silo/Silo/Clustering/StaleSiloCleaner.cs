using System.Diagnostics;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Silo.Background;
using Address = Orleans.Runtime.SiloAddress;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Marks silos without IAmAlive updates as dead while this silo joins. After a crash of the whole cluster with changed addresses, stale
/// Active rows in the membership table would block joining, since Orleans requires a connection to every active silo.
/// </summary>
internal sealed partial class StaleSiloCleaner(
    IMembershipTable table,
    ILocalSiloDetails self,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StaleSiloCleaner> log)
    : PeriodicBackgroundService("Stale silo cleaner", ClusterDefaults.HeartbeatInterval, time, log)
{
    private const int MaxMissedHeartbeats = 3;

    private readonly Dictionary<Address, (DateTime Said, long SeenAt)> _last = [];

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return null;
        }

        try
        {
            await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
            var members = await table.ReadAllAsync(cancellationToken);
            foreach (var (member, etag) in members.Members)
            {
                if (IsSilent(member))
                {
                    member.Status = SiloStatus.Dead;
                    if (await table.UpdateRowAsync(member, etag, members.Version.Next(), cancellationToken))
                    {
                        MarkedDead(member.SiloName, member.SiloAddress);
                    }

                    // If another silo changed the table first, this copy is stale: read it again.
                    return TimeSpan.Zero;
                }
            }
        }
        catch
        {
            // During a database outage no silo can write a heartbeat.
            _last.Clear();
            throw;
        }

        return null;
    }

    // By this silo's own clock from when it first read it: what theirs say does not matter.
    private bool IsSilent(MembershipEntry member)
    {
        if (member.Status != SiloStatus.Active || member.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint))
        {
            return false;
        }

        if (!_last.TryGetValue(member.SiloAddress, out var last) || last.Said != member.IAmAliveTime)
        {
            _last[member.SiloAddress] = last = (member.IAmAliveTime, Stopwatch.GetTimestamp());
        }

        return Stopwatch.GetElapsedTime(last.SeenAt) >= MaxMissedHeartbeats * ClusterDefaults.HeartbeatInterval;
    }

    [LoggerMessage(2, LogLevel.Warning, "Marked silo {Name} ({Address}) dead: no heartbeat")]
    private partial void MarkedDead(string name, Address address);
}
