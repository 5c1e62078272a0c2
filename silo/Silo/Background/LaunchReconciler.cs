using OrleansHybrid.Launcher.Reconciliation;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Carries out the launches of an account on a silo that holds its key. It rests until there is more to do, and five seconds
/// at most, since other silos launch, too; what is launched here wakes it.
/// </summary>
internal sealed class LaunchReconciler(LaunchReconcileLoop rounds, LaunchWakeSignal wakeSignal, TimeProvider time, ILogger<LaunchReconciler> log)
    : PeriodicBackgroundService("Launch reconciler", TimeSpan.FromSeconds(5), time, log)
{
    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        wakeSignal.Reset();
        return await rounds.RunOnceAsync(cancellationToken);
    }

    protected override Task DelayAsync(TimeSpan rest, CancellationToken cancellationToken) => wakeSignal.Signaled.WaitAsync(rest, _time, cancellationToken);
}
