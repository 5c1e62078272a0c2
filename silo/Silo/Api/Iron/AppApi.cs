using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Apps;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// The edge for apps that call through grains, as <see cref="ApiExceptionHandler"/> is for HTTP: the same tokens, the same services, and
/// whatever goes wrong inside is a rejection.
/// </summary>
internal sealed partial class AppApi(
    TaskService taskService, ClusterService clusterService, NameResolver names, IClusterStore clusters, ILogStore logs, EntityCache cache,
    TaskWatcher watcher, StreamLimiter limiter, ILogger<AppApi> log) : IAppApi
{
    // Written as over HTTP, so that the same rules read it.
    public Task<AppResult<EnqueuedTask[]>> EnqueueAsync(string token, string projectId, EnqueueTaskRequest[] tasks) => ExecuteAsync(token, projectId, async project =>
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(AppMapping.ToIron(tasks ?? []), IronJson.Default.EnqueueRequest);
        return request.Length > TaskService.MaxQueueRequestSize
            ? Rejected<EnqueuedTask[]>(ApiResults.FromStatus(StatusCodes.Status413PayloadTooLarge))
            : Of(AppMapping.FromIron(await taskService.EnqueueAsync(project, RequestBody.Parse(request), CancellationToken.None)));
    });

    public Task<AppResult<TaskDetails>> FindTaskAsync(string token, string projectId, string taskId) => ExecuteAsync(
        token, projectId, async project => await taskService.FindAsync(project.Id, taskId, CancellationToken.None) is { } task
            ? Of(AppMapping.FromIron(task))
            : Rejected<TaskDetails>(TaskService.NotFound));

    public async Task<AppRejection?> CancelTaskAsync(string token, string projectId, string taskId) => (await ExecuteAsync(
        token, projectId, async project => await taskService.CancelAsync(project.Id, taskId) ? Of(taskId) : Rejected<string>(TaskService.NotFound))).Rejection;

    public async IAsyncEnumerable<AppResult<TaskLogChunk>> ReadLogAsync(
        string token, string projectId, string taskId, long offset, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskSubscription? subscription = null;
        IDisposable? place = null;
        try
        {
            for (int? attempt = null; ;)
            {
                // Asked for before the task is read, so that no change is missed. The token is looked at each time: it may be withdrawn.
                var changed = subscription?.Changed;
                TaskState? task = null;
                var read = await ExecuteAsync(token, projectId, async project =>
                {
                    if (follow && place is null && (place = limiter.TryAcquire(project.UserId, out var byUser)) is null)
                    {
                        return Rejected<TaskLogChunk>(TaskEventStreamResult.RejectTooMany(byUser));
                    }

                    (task, var none) = await taskService.FindLogAsync(project.Id, taskId, CancellationToken.None);
                    return task is null ? Rejected<TaskLogChunk>(none!)
                        : attempt is { } known && known != task.Attempt ? Of(AppMapping.ToChunk(task, offset, []))
                        : Of(AppMapping.ToChunk(task, offset, await logs.ReadAsync(task.Id, task.Attempt, offset, CancellationToken.None)));
                });
                if (task is null || read.Value is not { } chunk)
                {
                    yield return read;
                    yield break;
                }

                attempt ??= task.Attempt;
                if (chunk.Data.Length > 0)
                {
                    yield return read;
                    offset += chunk.Data.Length;
                }
                else if (!follow || task.Attempt != attempt || TaskSnapshot.Of(task).IsOver)
                {
                    yield break;
                }
                else if (changed is not null)
                {
                    await changed.WaitAsync(cancellationToken);
                }

                subscription ??= follow ? watcher.Subscribe(task.Id) : null;
            }
        }
        finally
        {
            subscription?.Dispose();
            place?.Dispose();
        }
    }

    public Task<AppResult<CodeDetails>> FindCodeAsync(string token, string projectId, string name) => ExecuteAsync(
        token, projectId, async project => Of(AppMapping.FromDomain(await names.ResolveCodeAsync(project, "", name, CancellationToken.None))));

    public Task<AppResult<ClusterDetails>> FindClusterAsync(string token, string projectId, string? idOrName) => ExecuteAsync(
        token, projectId, async project => Of(AppMapping.FromIron(
            IronMapping.ToContract(await names.ResolveClusterAsync(project, "", idOrName, CancellationToken.None)))));

    public Task<AppResult<ClusterDetails>> ReadClusterAsync(string token, string clusterId) => ExecuteAsync(
        token, async user => await clusters.FindUsableAsync(user.Id, clusterId, CancellationToken.None) is { } cluster
            ? Of(AppMapping.FromIron(await clusterService.ReadAsync(cluster, user.Id, CancellationToken.None)))
            : Rejected<ClusterDetails>(ApiResults.NotFound("Cluster")));

    private Task<AppResult<T>> ExecuteAsync<T>(string token, string projectId, Func<Project, Task<AppResult<T>>> operation)
        where T : class => ExecuteAsync(
            token,
            async user => await cache.FindOwnedProjectAsync(user, projectId, CancellationToken.None) is { } project
                ? await operation(project)
                : Rejected<T>(ApiResults.NotFound("Project")));

    private async Task<AppResult<T>> ExecuteAsync<T>(string token, Func<User, Task<AppResult<T>>> operation)
        where T : class
    {
        try
        {
            return string.IsNullOrEmpty(token) ? Rejected<T>(ApiResults.NoCredential)
                : await cache.FindUserAsync(token, CancellationToken.None) is not { } user ? Rejected<T>(ApiResults.WrongCredential)
                : await operation(user);
        }
        catch (Exception ex)
        {
            var result = ApiResults.FromException(ex);
            if (result.Status == StatusCodes.Status500InternalServerError)
            {
                Failed(ex);
            }

            return Rejected<T>(result);
        }
    }

    private static AppResult<T> Of<T>(T value)
        where T : class => new() { Value = value };

    private static AppResult<T> Rejected<T>(ApiResult answer)
        where T : class => new()
        {
            Rejection = new AppRejection
            {
                Status = answer.Status,
                Message = JsonSerializer.Deserialize(answer.Body, IronJson.Default.MessageResponse)!.Msg,
            },
        };

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception processing an app's call through a grain")]
    private partial void Failed(Exception exception);
}
