using OrleansHybrid.Abstractions;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// Handles calls of a project's grain with the same services as HTTP. Exceptions become results, as in
/// <see cref="ApiExceptionHandler"/>.
/// </summary>
internal sealed partial class ProjectApi(TaskService taskService, NameResolver names, ILogStore logs, EntityCache cache, ILogger<ProjectApi> log)
    : IProjectApi
{
    public Task<ProjectGrainResponse> EnqueueAsync(string token, string projectId, byte[] request) => ExecuteAsync(token, projectId, async project => Of(
        request.Length > TaskService.MaxQueueRequestSize
            ? ApiResults.FromStatus(StatusCodes.Status413PayloadTooLarge)
            : await taskService.EnqueueAsync(project, RequestBody.Parse(request), CancellationToken.None)));

    public Task<ProjectGrainResponse> FindAsync(string token, string projectId, string taskId) => ExecuteAsync(
        token, projectId, async project => Of(await taskService.FindAsync(project.Id, taskId, CancellationToken.None)));

    public Task<ProjectGrainResponse> LogAsync(string token, string projectId, string taskId, long offset) => ExecuteAsync(token, projectId, async project =>
    {
        var (task, none) = await taskService.FindLogAsync(project.Id, taskId, CancellationToken.None);
        return task is null
            ? Of(none!)
            : new ProjectGrainResponse(
                StatusCodes.Status200OK, await logs.ReadAsync(task.Id, task.Attempt, offset, CancellationToken.None));
    });

    public Task<ProjectGrainResponse> CancelAsync(string token, string projectId, string taskId) => ExecuteAsync(
        token, projectId, async project => Of(await taskService.CancelAsync(project.Id, taskId)));

    public Task<ProjectGrainResponse> FindCodeAsync(string token, string projectId, string name) => ExecuteAsync(token, projectId, async project =>
    {
        var code = await names.ResolveCodeAsync(project, "", name, CancellationToken.None);
        return Of(ApiResult.Of(IronMapping.ToContract(code), IronJson.Default.CodeInfo));
    });

    public Task<ProjectGrainResponse> FindClusterAsync(string token, string projectId, string? idOrName) => ExecuteAsync(token, projectId, async project =>
    {
        var cluster = await names.ResolveClusterAsync(project, "", idOrName, CancellationToken.None);
        var answer = new ClusterResponse { Cluster = IronMapping.ToContract(cluster) };
        return Of(ApiResult.Of(answer, IronJson.Default.ClusterResponse));
    });

    private async Task<ProjectGrainResponse> ExecuteAsync(string token, string projectId, Func<Project, Task<ProjectGrainResponse>> operation)
    {
        try
        {
            if (string.IsNullOrEmpty(token))
            {
                return Of(ApiResults.NoCredential);
            }

            return await cache.FindUserAsync(token, CancellationToken.None) is not { } user ? Of(ApiResults.WrongCredential)
                : await cache.FindOwnedProjectAsync(user, projectId, CancellationToken.None) is not { } project ? Of(ApiResults.NotFound("Project"))
                : await operation(project);
        }
        catch (ApiException ex)
        {
            return Of(ApiResults.FromError(ex.Error));
        }
        catch (Exception ex) when (ApiResults.GetRetryReason(ex) is { } why)
        {
            return Of(ApiResults.Message(why, StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception ex)
        {
            Failed(projectId, ex);
            return Of(ApiResults.FromStatus(StatusCodes.Status500InternalServerError));
        }
    }

    private static ProjectGrainResponse Of(ApiResult answer) => new(answer.Status, answer.Body);

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception processing a grain client's call for project {ProjectId}")]
    private partial void Failed(string projectId, Exception exception);
}
