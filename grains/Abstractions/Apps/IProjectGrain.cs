using Orleans.Metadata;

namespace OrleansHybrid.Abstractions.Apps;

/// <summary>
/// A project for apps inside the control plane's network. Keyed by project id, 24 hex digits; each call carries a user token, which may
/// see the project or not, as over HTTPS.
/// </summary>
/// <example><code>
/// var queued = await grains.GetGrain&lt;IProjectGrain&gt;(projectId).Enqueue(token, [new EnqueueTaskRequest { CodeName = "resize" }]);
/// Console.WriteLine(queued.Rejection?.Message ?? queued.Value![0].Id);
/// </code></example>
[Alias("hybrid.project"), DefaultGrainType("project")]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Queues all of the tasks or none; gives their ids in the same order.</summary>
    [Alias("enqueue")]
    Task<AppResult<EnqueuedTask[]>> Enqueue(string token, EnqueueTaskRequest[] tasks);

    /// <summary>The code package that has this name.</summary>
    [Alias("find-code")]
    Task<AppResult<CodeDetails>> FindCode(string token, string name);

    /// <summary>The cluster for tasks that name this one by id or name, or with null none; without its runners.</summary>
    [Alias("find-cluster")]
    Task<AppResult<ClusterDetails>> FindCluster(string token, string? idOrName);
}
