using Microsoft.AspNetCore.Mvc;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Tasks: queue, list, info, log, cancel, retry.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this RouteGroupBuilder project)
    {
        project.MapPost("/tasks", Queue).WithMetadata(new RequestSizeLimitAttribute(TaskDesk.LargestQueueRequest));
        project.MapGet("/tasks", List);
        project.MapGet("/tasks/{taskId}", Info);
        project.MapGet("/tasks/{taskId}/log", Log);
        project.MapPost("/tasks/{taskId}/cancel", Cancel);
        project.MapPost("/tasks/{taskId}/retry", Retry);
    }

    private static async Task<JsonAnswer> Queue(HttpContext http, TaskDesk desk)
    {
        var body = await IronBody.ReadAsync(http.Request, http.RequestAborted);
        return await desk.QueueAsync(http.Project(), body, http.RequestAborted);
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

        var (page, perPage) = IronQuery.Paging(query);
        var some = filter is null ? [] : await tasks.ListAsync(filter, page, perPage, http.RequestAborted);
        var shown = new List<TaskInfo>(some.Count);
        foreach (var task in some)
        {
            shown.Add(await desk.ShowAsync(task, http.RequestAborted));
        }

        return JsonAnswer.Of(new TaskList { Tasks = shown }, IronJson.Default.TaskList);
    }

    private static Task<JsonAnswer> Info(HttpContext http, string taskId, TaskDesk desk) =>
        desk.FindAsync(http.Project().Id, taskId, http.RequestAborted);

    private static async Task<IResult> Log(HttpContext http, string taskId, TaskDesk desk, ILogStore logs)
    {
        var (task, none) = await desk.FindLogAsync(http.Project().Id, taskId, http.RequestAborted);
        return task is null ? none! : new LogAnswer(logs, task);
    }

    private static Task<JsonAnswer> Cancel(HttpContext http, string taskId, TaskDesk desk) =>
        desk.CancelAsync(http.Project().Id, taskId);

    private static async Task<JsonAnswer> Retry(HttpContext http, string taskId, IGrainFactory grains, Ids ids)
    {
        var body = await IronBody.ReadAsync(http.Request, http.RequestAborted);
        var delay = (int)(body.Whole("delay", 0, TaskSpec.MaxDelaySeconds) ?? 0);
        if (!TaskId.TryParse(taskId, out var id))
        {
            return Answers.NotFound("Task");
        }

        var again = ids.NewTask();
        if (await grains.GetGrain<ITaskGrain>(id.Value).Retry(http.Project().Id, again.Value, delay) is { } refusal)
        {
            return Answers.Refused(refusal);
        }

        var answer = new QueueAnswer { Msg = "Queued up", Tasks = [new TaskRef { Id = again.Value }] };
        return JsonAnswer.Of(answer, IronJson.Default.QueueAnswer);
    }
}
