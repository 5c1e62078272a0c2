using Orleans.Concurrency;
using Orleans.Hybrid.AppDoor;

namespace Orleans.Hybrid.Grains.Projects;

/// <summary>Lets an app's calls through to the desk. It keeps nothing, so calls need not wait for each other.</summary>
[Reentrant]
internal sealed class ProjectGrain(IAppDesk desk) : Grain, IProjectGrain
{
    public Task<AppAnswer> Queue(byte[] request) => desk.QueueAsync(this.GetPrimaryKeyString(), request);

    public Task<AppAnswer> Find(string taskId) => desk.FindAsync(this.GetPrimaryKeyString(), taskId);

    public Task<AppAnswer> Log(string taskId, long offset) =>
        desk.LogAsync(this.GetPrimaryKeyString(), taskId, offset);

    public Task<AppAnswer> Cancel(string taskId) => desk.CancelAsync(this.GetPrimaryKeyString(), taskId);

    public Task<AppAnswer> FindCode(string name) => desk.FindCodeAsync(this.GetPrimaryKeyString(), name);

    public Task<AppAnswer> FindCluster(string? idOrName) =>
        desk.FindClusterAsync(this.GetPrimaryKeyString(), idOrName);
}
