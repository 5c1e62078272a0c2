using Orleans.Concurrency;
using OrleansHybrid.Abstractions;

namespace OrleansHybrid.Grains.Projects;

/// <summary>Passes an app's calls to <see cref="IProjectApi"/>. It is stateless, so calls need not wait for each other.</summary>
[Reentrant]
[GrainType("project")]
internal sealed class ProjectGrain(IProjectApi api) : Grain, IProjectGrain
{
    public Task<ProjectGrainResponse> Enqueue(string token, byte[] request) => api.EnqueueAsync(token, this.GetPrimaryKeyString(), request);

    public Task<ProjectGrainResponse> Find(string token, string taskId) => api.FindAsync(token, this.GetPrimaryKeyString(), taskId);

    public Task<ProjectGrainResponse> Log(string token, string taskId, long offset) =>
        api.LogAsync(token, this.GetPrimaryKeyString(), taskId, offset);

    public Task<ProjectGrainResponse> Cancel(string token, string taskId) => api.CancelAsync(token, this.GetPrimaryKeyString(), taskId);

    public Task<ProjectGrainResponse> FindCode(string token, string name) => api.FindCodeAsync(token, this.GetPrimaryKeyString(), name);

    public Task<ProjectGrainResponse> FindCluster(string token, string? idOrName) =>
        api.FindClusterAsync(token, this.GetPrimaryKeyString(), idOrName);
}
