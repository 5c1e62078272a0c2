using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Apps;

namespace OrleansHybrid.Grains.Apps;

/// <summary>
/// Passes an app's calls about a task to <see cref="IAppApi"/>. One activation, since each piece of a log that is followed is a call to the
/// one that has the enumeration.
/// </summary>
[Reentrant]
[GrainType("apptask")]
internal sealed class AppTaskGrain(IAppApi api) : Grain, ITaskGrain
{
    public Task<AppResult<TaskDetails>> Find(string token, string projectId) => api.FindTaskAsync(token, projectId, this.GetPrimaryKeyString());

    public Task<AppRejection?> Cancel(string token, string projectId) => api.CancelTaskAsync(token, projectId, this.GetPrimaryKeyString());

    public IAsyncEnumerable<AppResult<TaskLogChunk>> ReadLog(
        string token, string projectId, long offset, bool follow, CancellationToken cancellationToken) =>
        api.ReadLogAsync(token, projectId, this.GetPrimaryKeyString(), offset, follow, cancellationToken);
}
