using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The commands on a task: cancel, retry, progress, delete; and on all that fit a filter.</summary>
internal static class TaskCommandEndpoints
{
    private const int MaxMessageLength = 1024;

    public static void MapTaskCommands(this RouteGroupBuilder project)
    {
        project.MapPost("/tasks/cancel", CancelMany)
            .Describe<BulkOperationResponse>("cancelManyTasks", "Cancels what fits a filter and has not ended").WithRequestBody<BulkOperationRequest>();
        project.MapPost("/tasks/retry", RetryMany)
            .Describe<BulkOperationResponse>("retryManyTasks", "Queues what fits a filter and has ended once more").WithRequestBody<BulkOperationRequest>();
        project.MapPost("/tasks/{taskId}/cancel", Cancel).Describe("cancelTask", "Cancels a task; one that has ended stays as it is");
        project.MapPost("/tasks/{taskId}/retry", Retry)
            .Describe<EnqueueResponse>("retryTask", "Queues a task once more, as a new one, whether it has ended or not").WithRequestBody<RetryRequest>(required: false);
        project.MapPost("/tasks/{taskId}/progress", Progress)
            .Describe("setProgress", "Sets how far a task is").WithRequestBody<ProgressRequest>(required: false);
        project.MapDelete("/tasks/{taskId}", Delete).Describe("deleteTask", "Deletes a task that has ended, with its log");
    }

    private static async Task<ApiResult> Cancel(HttpContext http, string taskId, TaskService taskService) =>
        await taskService.CancelAsync(http.Project().Id, taskId) ? ApiResults.Message("Cancelled") : TaskService.NotFound;

    private static async Task<ApiResult> Retry(HttpContext http, string taskId, IGrainFactory grains, IdGenerator ids)
    {
        var body = await IronBody.ReadAsync(http);
        var delay = (int)(body.WholeNumber("delay", 0, TaskSpec.MaxDelaySeconds) ?? 0);
        if (!TaskId.TryParse(taskId, out var id))
        {
            return ApiResults.NotFound("Task");
        }

        var again = ids.NewTaskId();
        if (await grains.GetGrain<ITaskControlGrain>(id.Value).Retry(http.Project().Id, again.Value, delay) is { } rejection)
        {
            return ApiResults.FromError(rejection);
        }

        var answer = new EnqueueResponse { Msg = "Queued up", Tasks = [new TaskRef { Id = again.Value }] };
        return ApiResult.Of(answer, IronJson.Default.EnqueueResponse);
    }

    private static async Task<ApiResult> Progress(HttpContext http, string taskId, IGrainFactory grains)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        var percent = (int?)body.WholeNumber("percent", 0, 100);
        var message = body.Text("msg", MaxMessageLength);
        return TaskId.TryParse(taskId, out var id)
            && await grains.GetGrain<ITaskControlGrain>(id.Value).UpdateProgress(http.Project().Id, percent, message)
                ? ApiResults.Message("Progress set")
                : ApiResults.NotFound("Task");
    }

    private static async Task<ApiResult> Delete(HttpContext http, string taskId, IGrainFactory grains) =>
        !TaskId.TryParse(taskId, out var id) ? ApiResults.NotFound("Task")
        : await grains.GetGrain<ITaskControlGrain>(id.Value).Delete(http.Project().Id) is { } rejection ? ApiResults.FromError(rejection)
        : ApiResults.Message("Deleted");

    private static async Task<ApiResult> CancelMany(HttpContext http, BulkTaskOperations bulk, EntityCache cache)
    {
        var request = await ReadFilterAsync(http, cache);
        return ToResult("Cancelled", request, request.Filter is null ? 0 : await bulk.CancelAsync(request, http.RequestAborted));
    }

    private static async Task<ApiResult> RetryMany(HttpContext http, BulkTaskOperations bulk, EntityCache cache)
    {
        var request = await ReadFilterAsync(http, cache);
        return ToResult("Queued up", request, request.Filter is null ? 0 : await bulk.RetryAsync(request, http.RequestAborted));
    }

    private static async Task<BulkTaskFilter> ReadFilterAsync(HttpContext http, EntityCache cache)
    {
        var request = BulkTaskFilter.Read(await IronBody.ReadAnyTypeAsync(http), http.Project().Id);
        if (request.Cluster is null)
        {
            return request;
        }

        var cluster = await cache.UserClusters.FindAsync((http.Project().UserId, request.Cluster), http.RequestAborted);
        return request with { Filter = cluster is null ? null : request.Filter! with { ClusterId = cluster.Id } };
    }

    private static ApiResult ToResult(string done, BulkTaskFilter bulkFilter, int count) => ApiResult.Of(
        new BulkOperationResponse { Msg = bulkFilter.DryRun ? "Nothing was changed" : done, Count = count, DryRun = bulkFilter.DryRun },
        IronJson.Default.BulkOperationResponse);
}
