using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>Carries commands to the task's row, and what follows from them to the cluster.</summary>
[GrainType("task")]
internal sealed class TaskGrain(ITaskStore tasks, IClusterStore clusters, IGrainFactory grains, TimeProvider time)
    : Grain, ITaskControlGrain
{
    public async Task<bool> Cancel(string projectId)
    {
        var steps = await tasks.CancelAsync(projectId, [new TaskId(this.GetPrimaryKeyString())], CancellationToken.None);
        TaskMetrics.RecordCancelled(steps);
        TaskEffects.Publish(grains, steps);
        DeactivateOnIdle();
        return steps[0].Error is not { Kind: ErrorKind.NotFound };
    }

    public async Task<DomainError?> Retry(string projectId, string newId, int delaySeconds)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        if (await tasks.FindAsync(projectId, id, CancellationToken.None) is not { } found)
        {
            return new DomainError(ErrorKind.NotFound, "Task not found");
        }

        if (!await clusters.CanUseAsync(projectId, found.State.Spec.ClusterId, CancellationToken.None))
        {
            return new DomainError(ErrorKind.Invalid, "The task's cluster no longer exists, or is no longer shared with you: queue the task again");
        }

        // Whatever comes between this and the write does not matter: what a task is asked to do never changes.
        var step = TaskStateMachine.Retry(found.State, new TaskId(newId), delaySeconds, time.GetUtcNow());
        foreach (var effect in step.Effects.OfType<TaskEffect.Retried>())
        {
            await tasks.EnqueueAsync([new TaskToEnqueue(effect.Task, found.Payload)], CancellationToken.None);
        }

        TaskEffects.Publish(grains, step.Effects);
        return step.Error;
    }

    public async Task<bool> UpdateProgress(string projectId, int? percent, string? message)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        return await tasks.UpdateProgressAsync(projectId, id, percent, message, CancellationToken.None);
    }

    public async Task<DomainError?> Delete(string projectId)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        if (await tasks.FindAsync(projectId, id, CancellationToken.None) is not { } found)
        {
            return new DomainError(ErrorKind.NotFound, "Task not found");
        }

        if (TaskStateMachine.Delete(found.State) is { } rejection)
        {
            return rejection;
        }

        await tasks.DeleteAsync(projectId, id, CancellationToken.None);
        return null;
    }
}
