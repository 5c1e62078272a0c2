using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Schedules;

/// <summary>Steps about schedules, as stores see them.</summary>
internal static class ScheduleTransitions
{
    /// <summary>There is no such schedule, or not in this project.</summary>
    public static Transition<ScheduleState> NotFound(string id)
    {
        var nothing = new ScheduleState
        {
            Id = id,
            Spec = new ScheduleSpec { ProjectId = "", ClusterId = "", CodeName = "" },
            StartAt = default,
            CreatedAt = default,
            UpdatedAt = default,
        };
        return Transition.Reject(nothing, ErrorKind.NotFound, "Schedule not found");
    }

    /// <summary>The task that the step calls for; null when it calls for none.</summary>
    public static TaskState? GetTask(this Transition<ScheduleState> transition) =>
        transition.Effects.OfType<ScheduleEffect.Queued>().SingleOrDefault()?.Task;

    /// <summary>The same step with its task in its lane.</summary>
    public static Transition<ScheduleState> InLane(this Transition<ScheduleState> transition, long lane) => transition.GetTask() is { } task
        ? transition with { Effects = [new ScheduleEffect.Queued(task with { Lane = lane })] }
        : transition;

    /// <summary>The offers of the tasks that can be claimed at once.</summary>
    public static IReadOnlyList<TaskEffect.Offered> Offers(this IEnumerable<Transition<ScheduleState>> transitions) =>
    [
        .. transitions.SelectMany(step => step.Effects).OfType<ScheduleEffect.Queued>()
            .Select(queued => queued.Offer).OfType<TaskEffect.Offered>(),
    ];
}
