using System.Diagnostics.Metrics;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>Counts of what this process has written about tasks. No label names a task, a project or anything else of a customer's.</summary>
public static class TaskMetrics
{
    /// <summary>The name of this product's meters.</summary>
    public const string MeterName = "OrleansHybrid";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Queued = Meter.CreateCounter<long>(
        "hybrid.tasks.queued", "{task}", "Tasks that were queued, by where they came from.");

    private static readonly Counter<long> Ended = Meter.CreateCounter<long>("hybrid.tasks.ended", "{task}", "Tasks that ended, by how.");

    private static readonly Counter<long> LeasesLost = Meter.CreateCounter<long>(
        "hybrid.leases.lost", "{lease}", "Leases that ran out because their runner did not renew them.");

    private static readonly Histogram<double> Wait = Meter.CreateHistogram(
        "hybrid.task.wait",
        "s",
        "How long tasks waited for a runner from when they could be claimed.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] });

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "hybrid.task.duration",
        "s",
        "How long the programs of ended tasks ran.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] });

    /// <summary>New tasks are stored.</summary>
    public static void RecordQueued(int count, TaskSource source)
    {
        if (count > 0)
        {
            Queued.Add(count, Tag("source", source.ToString()));
        }
    }

    /// <summary>A runner has got a task for the first time in this attempt.</summary>
    public static void RecordClaimed(TimeSpan wait) => Wait.Record(Math.Max(0, wait.TotalSeconds));

    /// <summary>Runners have reported results. One for a task that was cancelled ends nothing any more.</summary>
    public static void RecordFinished(IEnumerable<Transition<TaskState>> steps)
    {
        foreach (var task in steps.Where(step => !step.Unchanged && step.State.Phase != TaskPhase.Cancelled).Select(step => step.State))
        {
            RecordEnd(task.Phase);
            if (task.DurationMilliseconds > 0)
            {
                Duration.Record(task.DurationMilliseconds / 1000.0);
            }
        }
    }

    /// <summary>Tasks were cancelled.</summary>
    public static void RecordCancelled(IEnumerable<Transition<TaskState>> steps)
    {
        foreach (var step in steps.Where(step => !step.Unchanged))
        {
            RecordEnd(step.State.Phase);
        }
    }

    /// <summary>Leases have run out. That of a cancelled task was to end anyway.</summary>
    public static void RecordExpired(IEnumerable<Transition<TaskState>> steps)
    {
        foreach (var task in steps.Where(step => !step.Unchanged && step.State.Phase != TaskPhase.Cancelled).Select(step => step.State))
        {
            LeasesLost.Add(1);
            if (task.Phase.IsFinal())
            {
                RecordEnd(task.Phase);
            }
        }
    }

    private static void RecordEnd(TaskPhase phase) => Ended.Add(1, Tag("outcome", phase.ToString()));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value.ToLowerInvariant());
}

/// <summary>Where a new task came from.</summary>
public enum TaskSource
{
    /// <summary>Somebody asked for it.</summary>
    Api,

    /// <summary>A schedule.</summary>
    Schedule,

    /// <summary>A task that is done once more.</summary>
    Retry,
}
