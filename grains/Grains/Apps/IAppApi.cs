using OrleansHybrid.Abstractions.Apps;

namespace OrleansHybrid.Grains.Apps;

/// <summary>The silo's services behind the grains for apps: the same that serve HTTP. Nothing here throws, but for a call that is cancelled.</summary>
public interface IAppApi
{
    /// <summary>Queues all tasks of a request or none.</summary>
    Task<AppResult<EnqueuedTask[]>> EnqueueAsync(string token, string projectId, EnqueueTaskRequest[] tasks);

    /// <summary>One task as it is now.</summary>
    Task<AppResult<TaskDetails>> FindTaskAsync(string token, string projectId, string taskId);

    /// <summary>Ends the task; null, or why not.</summary>
    Task<AppRejection?> CancelTaskAsync(string token, string projectId, string taskId);

    /// <summary>The present attempt's log from a byte on; to its end where it is followed.</summary>
    IAsyncEnumerable<AppResult<TaskLogChunk>> ReadLogAsync(
        string token, string projectId, string taskId, long offset, bool follow, CancellationToken cancellationToken);

    /// <summary>The code package that has this name.</summary>
    Task<AppResult<CodeDetails>> FindCodeAsync(string token, string projectId, string name);

    /// <summary>The cluster for tasks that name this one, or with null none.</summary>
    Task<AppResult<ClusterDetails>> FindClusterAsync(string token, string projectId, string? idOrName);

    /// <summary>A cluster with its runners.</summary>
    Task<AppResult<ClusterDetails>> ReadClusterAsync(string token, string clusterId);
}
