using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Grains.Tasks;

/// <summary>Carries commands to the task's row, and what follows from them to the cluster.</summary>
internal sealed class TaskGrain(ITaskStore tasks, IClusterStore clusters, IGrainFactory grains, TimeProvider time)
    : Grain, ITaskGrain
{
    public async Task<bool> Cancel(string projectId)
    {
        var steps = await tasks.CancelAsync(projectId, [new TaskId(this.GetPrimaryKeyString())], CancellationToken.None);
        TaskEffects.Do(grains, steps);
        DeactivateOnIdle();
        return steps[0].Refusal is not { Kind: RefusalKind.NotFound };
    }

    public async Task<Refusal?> Retry(string projectId, string newId, int delaySeconds)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        if (await tasks.FindAsync(projectId, id, CancellationToken.None) is not { } found)
        {
            return new Refusal(RefusalKind.NotFound, "Task not found");
        }

        if (!await clusters.IsOpenAsync(projectId, found.State.Spec.ClusterId, CancellationToken.None))
        {
            return new Refusal(RefusalKind.Invalid, "The task's cluster is gone, or no longer shared with you: queue it anew");
        }

        // Whatever comes between this and the write does not matter: what a task is asked to do never changes.
        var step = TaskMachine.Retry(found.State, new TaskId(newId), delaySeconds, time.GetUtcNow());
        foreach (var effect in step.Effects.OfType<TaskEffect.Retried>())
        {
            await tasks.QueueAsync([new NewTask(effect.Task, found.Payload)], CancellationToken.None);
        }

        TaskEffects.Do(grains, step.Effects);
        return step.Refusal;
    }

    public async Task<bool> Progress(string projectId, int? percent, string? message)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        return await tasks.NoteProgressAsync(projectId, id, percent, message, CancellationToken.None);
    }

    public async Task<Refusal?> Delete(string projectId)
    {
        DeactivateOnIdle();
        var id = new TaskId(this.GetPrimaryKeyString());
        if (await tasks.FindAsync(projectId, id, CancellationToken.None) is not { } found)
        {
            return new Refusal(RefusalKind.NotFound, "Task not found");
        }

        if (TaskMachine.Delete(found.State) is { } refusal)
        {
            return refusal;
        }

        await tasks.DeleteAsync(projectId, id, CancellationToken.None);
        return null;
    }
}
