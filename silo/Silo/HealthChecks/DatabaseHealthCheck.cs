using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.HealthChecks;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseHealthCheck(IDatabaseInitializer store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException)
        {
            return HealthCheckResult.Unhealthy("no database");
        }
    }
}
