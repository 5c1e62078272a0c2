using System.Diagnostics;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Silo.Background;
using Address = Orleans.Runtime.SiloAddress;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Declares dead, while this silo joins, those that give no sign of life. Orleans lets nobody in who can't reach every silo that
/// counts as active: when all died at once and came back at other addresses, nobody was left to say so, and nobody got in.
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

                    // Whoever changed the table first has made this copy of it worthless.
                    return TimeSpan.Zero;
                }
            }
        }
        catch
        {
            // While the database is away everybody is silent.
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
