using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Following;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Tasks: queue, webhook, list, info, logs, events.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder project)
    {
        var largest = new RequestSizeLimitAttribute(TaskDesk.LargestQueueRequest);
        project.MapPost("/tasks", Queue).WithMetadata(largest)
            .Describe<QueueAnswer>("queueTasks", "Queues all of the tasks, or none").Takes<QueueRequest>();
        project.MapPost("/tasks/webhook", Webhook).WithMetadata(largest)
            .Describe<WebhookAnswer>("webhook", "Queues one task with the body as its payload", QueryKeys.Webhook).TakesAnything();
        project.MapGet("/tasks", List).Describe<TaskList>("listTasks", "Tasks, newest first", QueryKeys.Tasks);
        project.MapGet("/tasks/{taskId}", Info).Describe<TaskInfo>("task", "One task");
        project.MapGet("/tasks/{taskId}/log", Log)
            .DescribeBytes("taskLog", "The log so far; a range of bytes may be asked for", "text/plain");
        project.MapGet("/tasks/{taskId}/outlog", Outlog)
            .DescribeBytes("taskOutlog", "What the task wrote to its standard output, once it has finished", "text/plain");
        project.MapGet("/tasks/{taskId}/events", Events)
            .DescribeBytes("taskEvents", "Status and log of the task as they come, until its end", "text/event-stream", QueryKeys.Events);
    }

    /// <summary>What the caller's projects, all of them, have in a cluster.</summary>
    public static async Task<JsonAnswer> OfCluster(HttpContext http, ITaskStore tasks, TaskDesk desk)
    {
        var filter = IronQuery.Tasks(http.Request.Query, projectId: null);
        return await AnswerAsync(
            http, filter is null ? null : filter with { UserId = http.Caller().Id, ClusterId = http.Cluster().Id }, tasks, desk);
    }

    private static async Task<JsonAnswer> Queue(HttpContext http, TaskDesk desk)
    {
        var body = await IronBody.ReadAsync(http.Request, http.RequestAborted);
        return await desk.QueueAsync(http.Project(), body, http.RequestAborted);
    }

    private static async Task<JsonAnswer> Webhook(HttpContext http, TaskDesk desk)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        var order = IronMapping.ReadTask(IronQuery.Fields(http.Request.Query), payloadLimit: 0) with { Payload = body };
        var task = await desk.QueueAsync(http.Project(), order, http.RequestAborted);
        return JsonAnswer.Of(new WebhookAnswer { Id = task, Msg = "Queued up." }, IronJson.Default.WebhookAnswer);
    }

    private static async Task<JsonAnswer> List(HttpContext http, ITaskStore tasks, Lookups lookups, TaskDesk desk)
    {
        var (query, project) = (http.Request.Query, http.Project());
        var filter = IronQuery.Tasks(query, project.Id);
        if (IronQuery.Text(query, "cluster") is { } name)
        {
            var cluster = await lookups.UserClusters.FindAsync((project.UserId, name), http.RequestAborted);
            filter = cluster is null ? null : filter is null ? null : filter with { ClusterId = cluster.Id };
        }

        return await AnswerAsync(http, filter, tasks, desk);
    }

    private static async Task<JsonAnswer> AnswerAsync(HttpContext http, TaskFilter? filter, ITaskStore tasks, TaskDesk desk)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = filter is null ? [] : await tasks.ListAsync(filter, page, perPage, http.RequestAborted);
        return JsonAnswer.Of(
            new TaskList { Tasks = await desk.ShowAsync(some, http.RequestAborted) }, IronJson.Default.TaskList);
    }

    private static Task<JsonAnswer> Info(HttpContext http, string taskId, TaskDesk desk) =>
        desk.FindAsync(http.Project().Id, taskId, http.RequestAborted);

    private static async Task<IResult> Log(HttpContext http, string taskId, TaskDesk desk, ILogStore logs)
    {
        var (task, none) = await desk.FindLogAsync(http.Project().Id, taskId, http.RequestAborted);
        return task is null ? none! : new LogAnswer(logs, task);
    }

    private static async Task<IResult> Outlog(HttpContext http, string taskId, TaskDesk desk, ILogStore logs)
    {
        var (task, none) = await desk.FindOutlogAsync(http.Project().Id, taskId, http.RequestAborted);
        return task is null ? none! : new OutlogAnswer(logs, task);
    }

    private static async Task<IResult> Events(HttpContext http, string taskId, TaskStreams streams)
    {
        var project = http.Project().Id;
        return TaskId.TryParse(taskId, out var id) && await streams.Tasks.FindAsync(project, id, http.RequestAborted) is not null
            ? new TaskStream(streams, project, id, withLog: http.Request.Query["log"] != "0")
            : Answers.NotFound("Task");
    }
}
