using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Steps that only a store can know of.</summary>
internal static class TaskTransitions
{
    /// <summary>There is no such task, or not in this project.</summary>
    public static Transition<TaskState> NotFound(TaskId id)
    {
        var nothing = new TaskState
        {
            Id = id,
            Spec = new TaskSpec { ProjectId = "", ClusterId = "", CodeId = "", CodeRev = 0, CodeName = "" },
        };
        return Transition.Reject(nothing, ErrorKind.NotFound, $"there is no task {id}");
    }

    /// <summary>The same step, after which a lane that was at its limit can go on.</summary>
    public static Transition<TaskState> WithSlotFreed(Transition<TaskState> transition)
    {
        var (spec, lane) = (transition.State.Spec, transition.State.Lane);
        return transition with { Effects = [.. transition.Effects, new TaskEffect.SlotFreed(spec.ClusterId, lane, spec.Priority, spec.RequiredLabels)] };
    }
}
