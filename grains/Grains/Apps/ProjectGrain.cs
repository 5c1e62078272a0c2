using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Apps;

namespace OrleansHybrid.Grains.Apps;

/// <summary>Passes an app's calls to <see cref="IAppApi"/>, on the silo where they arrive.</summary>
[StatelessWorker, Reentrant]
[GrainType("project")]
internal sealed class ProjectGrain(IAppApi api) : Grain, IProjectGrain
{
    public Task<AppResult<EnqueuedTask[]>> Enqueue(string token, EnqueueTaskRequest[] tasks) => api.EnqueueAsync(token, this.GetPrimaryKeyString(), tasks);

    public Task<AppResult<CodeDetails>> FindCode(string token, string name) => api.FindCodeAsync(token, this.GetPrimaryKeyString(), name);

    public Task<AppResult<ClusterDetails>> FindCluster(string token, string? idOrName) => api.FindClusterAsync(token, this.GetPrimaryKeyString(), idOrName);
}
