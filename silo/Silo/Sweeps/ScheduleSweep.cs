using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Sweeps;

/// <summary>
/// Runs schedules when they are due. It rests until the next one is, and a second at most, since other silos make schedules,
/// too; what is made or changed here wakes it.
/// </summary>
internal sealed class ScheduleSweep(
    IScheduleStore schedules,
    IGrainFactory grains,
    Ids ids,
    ScheduleAlarm alarm,
    TimeProvider time,
    ILogger<ScheduleSweep> log)
    : Sweep("schedule", TimeSpan.FromSeconds(1), time, log)
{
    private const int MostAtOnce = 1000;

    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> SweepAsync(CancellationToken cancellationToken)
    {
        alarm.Set();

        // Not to be cut off: once written, the tasks have to be offered.
        var due = await schedules.DueAsync(MostAtOnce, ids.NewTask, CancellationToken.None);
        TaskEffects.Do(grains, due.Offered);
        return due.Next;
    }

    protected override Task RestAsync(TimeSpan rest, CancellationToken cancellationToken) => alarm.Rung.WaitAsync(rest, _time, cancellationToken);
}
