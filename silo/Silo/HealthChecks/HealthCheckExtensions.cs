using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.HealthChecks;

/// <summary>Registers what <c>/readyz</c> asks. What is unhealthy is 503; what is degraded is named beside <c>ready</c>.</summary>
internal static class HealthCheckExtensions
{
    /// <summary>Adds the checks of every control plane; a launcher adds its own.</summary>
    public static void AddControlPlaneHealthChecks(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseHealthCheck>("database")
        .AddCheck<MembershipHealthCheck>("membership")
        .AddCheck<DiskHealthCheck>("disk");

    /// <summary>The response to load balancers and people: the failed checks, or that it is ready, with the warnings.</summary>
    public static (bool IsReady, string Text) Describe(HealthReport report)
    {
        if (report.Entries.FirstOrDefault(entry => entry.Value.Status == HealthStatus.Unhealthy) is { Key: not null } broken)
        {
            // The message of an exception is not for everybody.
            return (false, broken.Value.Exception is null ? broken.Value.Description ?? broken.Key : $"{broken.Key} check failed");
        }

        var degraded = report.Entries.Where(entry => entry.Value.Status == HealthStatus.Degraded);
        return (true, string.Join('\n', degraded.Select(entry => $"{entry.Key}: {entry.Value.Description}").Prepend("ready")));
    }
}

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

/// <summary>Whether this silo is a member of its cluster, which it is until it stops or the others have declared it dead.</summary>
internal sealed class MembershipHealthCheck(ISiloStatusOracle membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(membership.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("no member of the cluster"));
}
