using System.Diagnostics;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Runs schedules when they are due. It rests until the next one is, and a second at most, since other silos make schedules,
/// too; what is made or changed here wakes it.
/// </summary>
internal sealed class ScheduleTrigger(
    IScheduleStore schedules,
    IGrainFactory grains,
    IdGenerator ids,
    ScheduleWakeSignal wakeSignal,
    TimeProvider time,
    ILogger<ScheduleTrigger> log)
    : PeriodicBackgroundService("Schedule trigger", TimeSpan.FromSeconds(1), time, log)
{
    private const int MaxBatchSize = 1000;

    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        wakeSignal.Reset();

        // By schedule: a store whose transaction failed decides again. Spans of what is not stored are never ended, and so not sent.
        var runs = new Dictionary<string, Activity>();

        // Not to be cut off: once written, the tasks have to be offered.
        var due = await schedules.RunDueAsync(MaxBatchSize, ids.NewTaskId, task => BeginTrace(task, runs), CancellationToken.None);
        foreach (var run in runs.Values)
        {
            run.Stop();
        }

        TaskMetrics.RecordQueued(due.Offered.Count, TaskSource.Schedule);
        TaskEffects.Publish(grains, due.Offered);
        return due.UntilNext;
    }

    protected override Task DelayAsync(TimeSpan rest, CancellationToken cancellationToken) => wakeSignal.Signaled.WaitAsync(rest, _time, cancellationToken);

    private static string BeginTrace(TaskState task, Dictionary<string, Activity> runs)
    {
        var run = TaskActivities.StartScheduled(task);
        if (run is not null)
        {
            runs[task.Spec.ScheduleId] = run;
        }

        return TaskActivities.TraceparentOf(run);
    }
}
