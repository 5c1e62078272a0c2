using Microsoft.AspNetCore.Mvc;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Tasks: queue, list, info, log, cancel, retry.</summary>
internal static class TaskEndpoints
{
    private const int LargestQueueRequest = 16 << 20;

    public static void MapTasks(this RouteGroupBuilder project)
    {
        project.MapPost("/tasks", Queue).WithMetadata(new RequestSizeLimitAttribute(LargestQueueRequest));
        project.MapGet("/tasks", List);
        project.MapGet("/tasks/{taskId}", Info);
        project.MapGet("/tasks/{taskId}/log", Log);
        project.MapPost("/tasks/{taskId}/cancel", Cancel);
        project.MapPost("/tasks/{taskId}/retry", Retry);
    }

    private static async Task<JsonAnswer> Queue(HttpContext http, TaskQueue queue)
    {
        var body = await IronBody.ReadAsync(http.Request, http.RequestAborted);
        var tasks = await queue.QueueAsync(http.Project(), IronBody.Tasks(body), http.RequestAborted);
        var answer = new QueueAnswer
        {
            Msg = "Queued up",
            Tasks = [.. tasks.Select(task => new TaskRef { Id = task.Id.Value })],
        };
        return JsonAnswer.Of(answer, IronJson.Default.QueueAnswer);
    }

    private static async Task<JsonAnswer> List(HttpContext http, ITaskStore tasks, Lookups lookups)
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
            shown.Add(await ShowAsync(task, lookups, http.RequestAborted));
        }

        return JsonAnswer.Of(new TaskList { Tasks = shown }, IronJson.Default.TaskList);
    }

    private static async Task<JsonAnswer> Info(HttpContext http, string taskId, ITaskStore tasks, Lookups lookups) =>
        TaskId.TryParse(taskId, out var id)
        && await tasks.FindAsync(http.Project().Id, id, http.RequestAborted) is { } task
            ? JsonAnswer.Of(await ShowAsync(task, lookups, http.RequestAborted), IronJson.Default.TaskInfo)
            : Answers.NotFound("Task");

    private static async Task<IResult> Log(HttpContext http, string taskId, ITaskStore tasks, ILogStore logs) =>
        !TaskId.TryParse(taskId, out var id)
        || await tasks.FindAsync(http.Project().Id, id, http.RequestAborted) is not { State: var task }
            ? Answers.NotFound("Task, and so its log,")
            : IronMapping.HasLog(task)
                ? new LogAnswer(logs, task)
                : Answers.Message("There is no log yet: the task has not started", StatusCodes.Status404NotFound);

    private static async Task<JsonAnswer> Cancel(HttpContext http, string taskId, IGrainFactory grains) =>
        TaskId.TryParse(taskId, out var id) && await grains.GetGrain<ITaskGrain>(id.Value).Cancel(http.Project().Id)
            ? Answers.Message("Cancelled")
            : Answers.NotFound("Task");

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

    private static async Task<TaskInfo> ShowAsync(StoredTask task, Lookups lookups, CancellationToken cancel)
    {
        var spec = task.State.Spec;
        return IronMapping.Show(task, await lookups.Revisions.FindAsync((spec.CodeId, spec.CodeRev), cancel));
    }
}
