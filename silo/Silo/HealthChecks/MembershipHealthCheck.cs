using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansHybrid.Silo.HealthChecks;

/// <summary>Whether this silo is a member of its cluster, which it is until it stops or the others have declared it dead.</summary>
internal sealed class MembershipHealthCheck(ISiloStatusOracle membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(membership.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("no member of the cluster"));
}
