using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Steps that only a store can know of.</summary>
internal static class TaskSteps
{
    /// <summary>There is no such task, or not in this project.</summary>
    public static Step<TaskState> NotFound(TaskId id)
    {
        var nothing = new TaskState
        {
            Id = id,
            Spec = new TaskSpec { ProjectId = "", ClusterId = "", CodeId = "", CodeRev = 0, CodeName = "" },
        };
        return Step.Refuse(nothing, RefusalKind.NotFound, $"there is no task {id}");
    }

    /// <summary>The same step, after which a lane that was at its limit can go on.</summary>
    public static Step<TaskState> WithFreed(Step<TaskState> step)
    {
        var (spec, lane) = (step.State.Spec, step.State.Lane);
        return step with { Effects = [.. step.Effects, new TaskEffect.Freed(spec.ClusterId, lane, spec.Priority, spec.RequiredLabels)] };
    }
}
