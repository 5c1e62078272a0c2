using Microsoft.Extensions.Diagnostics.HealthChecks;

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
