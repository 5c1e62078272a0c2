using Orleans.Concurrency;
using OrleansHybrid.AppDoor;

namespace OrleansHybrid.Grains.Projects;

/// <summary>Lets an app's calls through to the desk. It keeps nothing, so calls need not wait for each other.</summary>
[Reentrant]
[GrainType("project")]
internal sealed class ProjectGrain(IAppDesk desk) : Grain, IProjectGrain
{
    public Task<AppAnswer> Queue(string token, byte[] request) => desk.QueueAsync(token, this.GetPrimaryKeyString(), request);

    public Task<AppAnswer> Find(string token, string taskId) => desk.FindAsync(token, this.GetPrimaryKeyString(), taskId);

    public Task<AppAnswer> Log(string token, string taskId, long offset) =>
        desk.LogAsync(token, this.GetPrimaryKeyString(), taskId, offset);

    public Task<AppAnswer> Cancel(string token, string taskId) => desk.CancelAsync(token, this.GetPrimaryKeyString(), taskId);

    public Task<AppAnswer> FindCode(string token, string name) => desk.FindCodeAsync(token, this.GetPrimaryKeyString(), name);

    public Task<AppAnswer> FindCluster(string token, string? idOrName) =>
        desk.FindClusterAsync(token, this.GetPrimaryKeyString(), idOrName);
}
