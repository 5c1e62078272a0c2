using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.HealthChecks;

/// <summary>
/// Whether the data folder has room. A SQLite file without any takes no task; with PostgreSQL only uploads need the folder.
/// </summary>
internal sealed class DiskHealthCheck(StoreOptions options) : IHealthCheck
{
    /// <summary>Bytes below which SQLite can soon write no more.</summary>
    public const long MinFreeBytes = 32L << 20;

    private const long LowFreeBytes = 128L << 20;

    /// <summary>Free bytes where a folder is; tests have others.</summary>
    public Func<string, long> ReadFreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var free = ReadFreeBytes(options.DataDirectory);
        return Task.FromResult(
            free < MinFreeBytes && options.Database is null ? HealthCheckResult.Unhealthy("disk full")
            : free < LowFreeBytes ? HealthCheckResult.Degraded("little room is left in the data folder")
            : HealthCheckResult.Healthy());
    }
}
