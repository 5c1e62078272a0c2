using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Schedules;

/// <summary>Steps about schedules, as stores see them.</summary>
internal static class ScheduleSteps
{
    /// <summary>There is no such schedule, or not in this project.</summary>
    public static Step<ScheduleState> NotFound(string id)
    {
        var nothing = new ScheduleState
        {
            Id = id,
            Spec = new ScheduleSpec { ProjectId = "", ClusterId = "", CodeName = "" },
            StartAt = default,
            CreatedAt = default,
            UpdatedAt = default,
        };
        return Step.Refuse(nothing, RefusalKind.NotFound, "Schedule not found");
    }

    /// <summary>The task that the step calls for; null when it calls for none.</summary>
    public static TaskState? Task(this Step<ScheduleState> step) =>
        step.Effects.OfType<ScheduleEffect.Queued>().SingleOrDefault()?.Task;

    /// <summary>The same step with its task in its lane.</summary>
    public static Step<ScheduleState> InLane(this Step<ScheduleState> step, long lane) => step.Task() is { } task
        ? step with { Effects = [new ScheduleEffect.Queued(task with { Lane = lane })] }
        : step;

    /// <summary>The offers of the tasks that can be claimed at once.</summary>
    public static IReadOnlyList<TaskEffect.Offered> Offers(this IEnumerable<Step<ScheduleState>> steps) =>
    [
        .. steps.SelectMany(step => step.Effects).OfType<ScheduleEffect.Queued>()
            .Select(queued => queued.Offer).OfType<TaskEffect.Offered>(),
    ];
}
