using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>The liveness and readiness checks of a runner. Descriptions are shown to anybody who may look, so they give no details.</summary>
internal static class RunnerHealthChecks
{
    /// <summary>Checks of <c>/healthz</c>.</summary>
    public const string Live = "live";

    /// <summary>Checks of <c>/readyz</c>, in the order in which their answers count.</summary>
    public const string Ready = "ready";

    /// <summary>Adds them.</summary>
    public static IServiceCollection AddRunnerHealthChecks(this IServiceCollection services)
    {
        services.AddSingleton<ExecutorHealthCheck>()
            .AddHealthChecks()
            .AddCheck<ProgressHealthCheck>("progress", tags: [Live])
            .AddCheck<SessionHealthCheck>("session", tags: [Ready])
            .AddCheck<ExecutorHealthCheck>("executor", tags: [Ready])
            .AddCheck<SiloHealthCheck>("silo", tags: [Ready])
            .AddCheck<DiskHealthCheck>("disk", tags: [Ready]);
        return services;
    }

    private static Task<HealthCheckResult> ToResult(string? problem) => Task.FromResult(
        problem is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(problem));

    /// <summary>Whether the runner's loops move.</summary>
    internal sealed class ProgressHealthCheck(RunnerHealth health) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            ToResult(health.IsAlive ? null : "no progress");
    }

    /// <summary>Whether it has a session with the control plane, and means to keep it.</summary>
    internal sealed class SessionHealthCheck(RunnerHealth health) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            ToResult(health.SessionProblem);
    }

    /// <summary>Whether the grains that execute tasks can be called.</summary>
    internal sealed class SiloHealthCheck(ISiloStatusOracle silo) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            ToResult(silo.CurrentStatus == SiloStatus.Active ? null : "silo not active");
    }

    /// <summary>Whether there is room for what tasks write. Without it the runner is well, but claims nothing.</summary>
    internal sealed class DiskHealthCheck(RunnerHealth health) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(health.AreClaimsPaused ? HealthCheckResult.Degraded("disk space low") : HealthCheckResult.Healthy());
    }
}

/// <summary>Whether the engine answers; that is cached for a while, however often it is asked.</summary>
internal sealed class ExecutorHealthCheck(RunnerHealth health, ISandboxFactory sandboxFactory, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<bool>? _probe;
    private long _probedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        !health.IsEngineDown && await IsEngineAvailableAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("engine away");

    private Task<bool> IsEngineAvailableAsync()
    {
        lock (_lock)
        {
            if (_probe is null || (_probe.IsCompleted && time.GetElapsedTime(_probedAt) > CacheDuration))
            {
                (_probe, _probedAt) = (ProbeAsync(), time.GetTimestamp());
            }

            return _probe;
        }
    }

    private async Task<bool> ProbeAsync()
    {
        using var patience = new CancellationTokenSource(ProbeTimeout, time);
        try
        {
            await sandboxFactory.EnsureReadyAsync(patience.Token);
            return true;
        }
        catch (Exception ex) when (ex is SandboxException or OperationCanceledException)
        {
            return false;
        }
    }
}
