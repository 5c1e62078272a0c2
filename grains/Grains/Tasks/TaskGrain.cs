using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Grains.Tasks;

/// <summary>Carries commands to the task's row, and what follows from them to the cluster.</summary>
internal sealed class TaskGrain(ITaskStore tasks, IGrainFactory grains) : Grain, ITaskGrain
{
    public async Task<bool> Cancel(string projectId)
    {
        var steps = await tasks.CancelAsync(projectId, [new TaskId(this.GetPrimaryKeyString())], CancellationToken.None);
        TaskEffects.Do(grains, steps);
        DeactivateOnIdle();
        return steps[0].Refusal is not { Kind: RefusalKind.NotFound };
    }
}
