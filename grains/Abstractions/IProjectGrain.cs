namespace OrleansHybrid.Abstractions;

/// <summary>
/// A project for apps inside the control plane's network. Keyed by project id; each call carries a user token, which may see it or not, as
/// over HTTPS. It carries the Iron API's shapes as they go over HTTP, and answers with HTTP's statuses.
/// </summary>
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Queues all tasks of a request or none; the request is the body of <c>POST P/tasks</c>.</summary>
    Task<ProjectGrainResponse> Enqueue(string token, byte[] request);

    /// <summary>One task as it is now.</summary>
    Task<ProjectGrainResponse> Find(string token, string taskId);

    /// <summary>A piece of the present attempt's log from a byte on; empty when there is no more of it so far.</summary>
    Task<ProjectGrainResponse> Log(string token, string taskId, long offset);

    /// <summary>Ends the task; does nothing to one that has ended.</summary>
    Task<ProjectGrainResponse> Cancel(string token, string taskId);

    /// <summary>The code package that has this name.</summary>
    Task<ProjectGrainResponse> FindCode(string token, string name);

    /// <summary>The cluster for tasks that name this one, or with null none.</summary>
    Task<ProjectGrainResponse> FindCluster(string token, string? idOrName);
}

/// <summary>
/// An answer: a status of HTTP, and JSON or, where a log was asked for, its bytes. What was refused is an answer, too, whose
/// body says why.
/// </summary>
public sealed record ProjectGrainResponse(int Status, byte[] Body);
