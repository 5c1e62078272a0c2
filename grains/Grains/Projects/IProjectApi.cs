using OrleansHybrid.Abstractions;


namespace OrleansHybrid.Grains.Projects;

/// <summary>The silo's services behind a project's grain: the same that serve HTTP. Nothing here throws.</summary>
public interface IProjectApi
{
    /// <summary>Queues all tasks of a request or none.</summary>
    Task<ProjectGrainResponse> EnqueueAsync(string token, string projectId, byte[] request);

    /// <summary>One task as it is now.</summary>
    Task<ProjectGrainResponse> FindAsync(string token, string projectId, string taskId);

    /// <summary>A piece of the present attempt's log.</summary>
    Task<ProjectGrainResponse> LogAsync(string token, string projectId, string taskId, long offset);

    /// <summary>Ends the task.</summary>
    Task<ProjectGrainResponse> CancelAsync(string token, string projectId, string taskId);

    /// <summary>The code package that has this name.</summary>
    Task<ProjectGrainResponse> FindCodeAsync(string token, string projectId, string name);

    /// <summary>The cluster for tasks that name this one, or with null none.</summary>
    Task<ProjectGrainResponse> FindClusterAsync(string token, string projectId, string? idOrName);
}
