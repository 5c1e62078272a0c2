using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>Whether the runner takes tasks. The engine's state is cached for a while, however often this is called.</summary>
internal sealed class ReadinessCheck(RunnerHealth health, ISandboxFactory sandboxFactory, TimeProvider time)
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<bool>? _probe;
    private long _probedAt;

    /// <summary>Null when it does, else why not, without details.</summary>
    public async Task<string?> GetNotReadyReasonAsync() => health.NotReadyReason ?? (await IsEngineAvailableAsync() ? null : "engine away");

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
