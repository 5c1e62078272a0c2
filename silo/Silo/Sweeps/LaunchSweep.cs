using OrleansHybrid.Silo.Nimbix.Errands;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Carries out the launches of an account on a silo that holds its key. It rests until there is more to do, and five seconds
/// at most, since other silos launch, too; what is launched here wakes it.
/// </summary>
internal sealed class LaunchSweep(LaunchRounds rounds, LaunchAlarm alarm, TimeProvider time, ILogger<LaunchSweep> log)
    : Sweep("launch", TimeSpan.FromSeconds(5), time, log)
{
    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        alarm.Set();
        return await rounds.OnceAsync(cancellationToken);
    }

    protected override Task RestAsync(TimeSpan rest, CancellationToken cancellationToken) => alarm.Rung.WaitAsync(rest, _time, cancellationToken);
}
