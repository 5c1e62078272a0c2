using System.Diagnostics;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>The spans of tasks on the control plane.</summary>
public static class TaskActivities
{
    /// <summary>The name of this product's source of spans.</summary>
    public const string SourceName = "OrleansHybrid";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The W3C context of the request at hand, to be stored with the tasks that it queues; empty unless it is recorded.</summary>
    public static string CurrentTraceparent => TraceparentOf(Activity.Current);

    /// <summary>A span's W3C context; empty unless it is recorded.</summary>
    public static string TraceparentOf(Activity? span) => span is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";

    /// <summary>
    /// Begins the trace of a task that a schedule queues, whatever this thread does beside it; null when nobody listens. To be ended once
    /// the task is stored.
    /// </summary>
    public static Activity? StartScheduled(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!Source.HasListeners())
        {
            return null;
        }

        var outer = Activity.Current;
        Activity.Current = null;
        var run = Source.StartActivity("schedule run", ActivityKind.Producer)
            ?.SetTag("hybrid.schedule.id", task.Spec.ScheduleId).SetTag("hybrid.task.id", task.Id.Value);
        Activity.Current = outer;
        return run;
    }

    /// <summary>
    /// A task has waited in its queue, and its runner's claim has ended that; returns the context for what the runner does with it: empty
    /// when the task's trace is not recorded.
    /// </summary>
    public static string RecordWait(LeaseFence lease, string traceparent, TimeSpan waited, DateTimeOffset now, ActivityContext claim)
    {
        if (!ActivityContext.TryParse(traceparent, null, isRemote: true, out var parent))
        {
            return "";
        }

        ActivityLink[] links = claim == default ? [] : [new ActivityLink(claim)];
        using var wait = Source.StartActivity("task wait", ActivityKind.Producer, parent, tags: null, links, now - waited);
        wait?.SetTag("hybrid.task.id", lease.Task.Value).SetTag("hybrid.task.attempt", lease.Attempt);
        return wait is { Recorded: true, Id: { } id } ? id : traceparent;
    }
}
