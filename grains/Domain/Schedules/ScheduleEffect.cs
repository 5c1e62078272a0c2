using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>A consequence of a decision about a schedule.</summary>
public abstract record ScheduleEffect : Effect
{
    private ScheduleEffect()
    {
    }

    /// <summary>A task is to be stored in the same transaction, with the schedule's payload.</summary>
    public sealed record Queued(TaskState Task) : ScheduleEffect
    {
        /// <summary>The notification for the task's cluster; null while the task is delayed.</summary>
        public TaskEffect.Offered? Offer => Task.DueAt is null ? TaskEffect.Offered.Of(Task) : null;
    }
}

/// <summary>An addition to a decision about a schedule.</summary>
public static class ScheduleTransitionExtensions
{
    /// <summary>The same decision; a task that it queues has the W3C trace context that <paramref name="beginTrace"/> gives for it.</summary>
    public static Transition<ScheduleState> InTrace(this Transition<ScheduleState> transition, Func<TaskState, string> beginTrace) =>
        transition.Effects is [ScheduleEffect.Queued { Task: var task }]
            ? transition with { Effects = [new ScheduleEffect.Queued(task with { Spec = task.Spec with { Traceparent = beginTrace(task) } })] }
            : transition;
}
