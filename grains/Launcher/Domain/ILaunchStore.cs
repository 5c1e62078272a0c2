using System.Data.Common;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// Launches that have ended, and the audit, both by account. Throws a transient <see cref="DbException"/> when the
/// database is unavailable.
/// </summary>
public interface ILaunchStore
{
    /// <summary>Adds launches that have ended; one that is there already stays as it is.</summary>
    Task AddAsync(string account, IReadOnlyList<LaunchSnapshot> ended, CancellationToken cancellationToken);

    /// <summary>A launch that has ended; null when there is none of that id.</summary>
    Task<LaunchSnapshot?> FindAsync(string account, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Launches that have ended, the newest first; those with lower ids than <paramref name="before"/>, when that is given.
    /// </summary>
    Task<IReadOnlyList<LaunchSnapshot>> ListAsync(string account, string? before, int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Adds records to the audit; again is the same as once. Gives the number of the last one that stands there as it was
    /// given: less than the last that was given when the audit has another record of that number.
    /// </summary>
    Task<long> AppendAuditAsync(string account, IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken);

    /// <summary>Records of the audit with higher numbers than <paramref name="after"/>, in their order.</summary>
    Task<IReadOnlyList<AuditRecord>> ReadAuditAsync(string account, long after, int maxCount, CancellationToken cancellationToken);

    /// <summary>The database's clock, in whole milliseconds.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);
}
