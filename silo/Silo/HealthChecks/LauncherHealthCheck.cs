using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Launcher;

namespace OrleansHybrid.Silo.HealthChecks;

/// <summary>Whether the launcher's key is one that its provider takes. Without it the silo serves all else.</summary>
internal sealed class LauncherHealthCheck(ILauncherStatusProvider launcher) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(launcher.Current.KeyRefused
            ? HealthCheckResult.Degraded("the provider rejected the API key")
            : HealthCheckResult.Healthy());
}
