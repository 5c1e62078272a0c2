using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Tasks: queue, webhook, list, info, logs, events.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder project)
    {
        var largest = new RequestSizeLimitAttribute(TaskService.MaxQueueRequestSize);
        project.MapPost("/tasks", Queue).WithMetadata(largest)
            .Describe<EnqueueResponse>("queueTasks", "Queues all of the tasks, or none").WithRequestBody<EnqueueRequest>();
        project.MapPost("/tasks/webhook", Webhook).WithMetadata(largest)
            .Describe<WebhookResponse>("webhook", "Queues one task with the body as its payload", IronQueryParameters.Webhook).WithAnyBody();
        project.MapGet("/tasks", List).Describe<TaskList>("listTasks", "Tasks, newest first", IronQueryParameters.Tasks);
        project.MapGet("/tasks/{taskId}", Info).Describe<TaskInfo>("task", "One task");
        project.MapGet("/tasks/{taskId}/log", Log)
            .DescribeBytes("taskLog", "The log so far; a range of bytes may be asked for", "text/plain");
        project.MapGet("/tasks/{taskId}/outlog", Outlog)
            .DescribeBytes("taskOutlog", "What the task wrote to its standard output, once it has finished", "text/plain");
        project.MapGet("/tasks/{taskId}/events", Events)
            .DescribeBytes("taskEvents", "Status and log of the task as they come, until its end", "text/event-stream", IronQueryParameters.Events);
    }

    /// <summary>The tasks of all of the caller's projects in a cluster.</summary>
    public static async Task<ApiResult> OfCluster(HttpContext http, ITaskStore tasks, TaskService taskService)
    {
        var filter = IronQuery.Tasks(http.Request.Query, projectId: null);
        return await ListAsync(
            http, filter is null ? null : filter with { UserId = http.Caller().Id, ClusterId = http.Cluster().Id }, tasks, taskService);
    }

    private static async Task<ApiResult> Queue(HttpContext http, TaskService taskService)
    {
        var body = await IronBody.ReadAsync(http);
        return ApiResult.Of(await taskService.EnqueueAsync(http.Project(), body, http.RequestAborted), IronJson.Default.EnqueueResponse);
    }

    private static async Task<ApiResult> Webhook(HttpContext http, TaskService taskService)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        var command = IronMapping.ReadTask(IronQuery.Fields(http.Request.Query), payloadLimit: 0) with { Payload = body };
        var task = await taskService.EnqueueAsync(http.Project(), command, http.RequestAborted);
        return ApiResult.Of(new WebhookResponse { Id = task, Msg = "Queued up." }, IronJson.Default.WebhookResponse);
    }

    private static async Task<ApiResult> List(HttpContext http, ITaskStore tasks, EntityCache cache, TaskService taskService)
    {
        var (query, project) = (http.Request.Query, http.Project());
        var filter = IronQuery.Tasks(query, project.Id);
        if (IronQuery.Text(query, "cluster") is { } name)
        {
            var cluster = await cache.UserClusters.FindAsync((project.UserId, name), http.RequestAborted);
            filter = cluster is null ? null : filter is null ? null : filter with { ClusterId = cluster.Id };
        }

        return await ListAsync(http, filter, tasks, taskService);
    }

    private static async Task<ApiResult> ListAsync(HttpContext http, TaskFilter? filter, ITaskStore tasks, TaskService taskService)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = filter is null ? [] : await tasks.ListAsync(filter, page, perPage, http.RequestAborted);
        return ApiResult.Of(
            new TaskList { Tasks = await taskService.ToContractAsync(some, http.RequestAborted) }, IronJson.Default.TaskList);
    }

    private static async Task<ApiResult> Info(HttpContext http, string taskId, TaskService taskService) =>
        await taskService.FindAsync(http.Project().Id, taskId, http.RequestAborted) is { } task
            ? ApiResult.Of(task, IronJson.Default.TaskInfo)
            : TaskService.NotFound;

    private static async Task<IResult> Log(HttpContext http, string taskId, TaskService taskService, ILogStore logs)
    {
        var (task, none) = await taskService.FindLogAsync(http.Project().Id, taskId, http.RequestAborted);
        return task is null ? none! : new LogResult(logs, task);
    }

    private static async Task<IResult> Outlog(HttpContext http, string taskId, TaskService taskService, ILogStore logs)
    {
        var (task, none) = await taskService.FindOutlogAsync(http.Project().Id, taskId, http.RequestAborted);
        return task is null ? none! : new StdoutResult(logs, task);
    }

    private static async Task<IResult> Events(HttpContext http, string taskId, TaskEventServices services)
    {
        var project = http.Project().Id;
        return TaskId.TryParse(taskId, out var id) && await services.Tasks.FindAsync(project, id, http.RequestAborted) is not null
            ? new TaskEventStreamResult(services, project, id, withLog: http.Request.Query["log"] != "0")
            : ApiResults.NotFound("Task");
    }
}
