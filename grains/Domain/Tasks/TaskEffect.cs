using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>A consequence of a decision about a task.</summary>
public abstract record TaskEffect : Effect
{
    private TaskEffect()
    {
    }

    /// <summary>The task waits in its lane: notify the cluster.</summary>
    public sealed record Offered(string ClusterId, long Lane, int Priority, LabelSet RequiredLabels) : TaskEffect
    {
        /// <summary>The offer of a task that can be claimed now.</summary>
        public static Offered Of(TaskState task) =>
            new(task.Spec.ClusterId, task.Lane, task.Spec.Priority, task.Spec.RequiredLabels);
    }

    /// <summary>A new task is to be stored; the automatic retry of an error in the same transaction.</summary>
    public sealed record Retried(TaskState Task) : TaskEffect;

    /// <summary>The session that works on the task is to stop it.</summary>
    public sealed record StopRequested(string ClusterId, LeaseFence Fence) : TaskEffect;

    /// <summary>A slot of a lane that was at its limit came free: notify the cluster.</summary>
    public sealed record SlotFreed(string ClusterId, long Lane, int Priority, LabelSet RequiredLabels) : TaskEffect;
}
