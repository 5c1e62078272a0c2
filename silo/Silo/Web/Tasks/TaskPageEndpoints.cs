using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Web.Tasks;

/// <summary>The pages about a project's tasks: the list, and one with its log and what can be done with it.</summary>
internal static class TaskPageEndpoints
{
    private const int PerPage = 25;

    public static void MapTaskPages(this RouteGroupBuilder project)
    {
        project.MapGet("/tasks", List);
        project.MapGet("/tasks/{taskId}", Show);
        project.MapGet("/tasks/{taskId}/log", Log);
        project.MapGet("/tasks/{taskId}/events", Events);
        project.MapPost("/tasks/{taskId}/cancel", Cancel);
        project.MapPost("/tasks/{taskId}/retry", Retry);
    }

    private static async Task<IResult> List(HttpContext http, ITaskStore tasks)
    {
        var (query, project) = (http.Request.Query, http.Project());
        var (status, code) = (IronQuery.Text(query, "status"), IronQuery.Text(query, "code"));
        var filter = new TaskFilter
        {
            ProjectId = project.Id,
            Phases = status is null ? [] : [.. IronMapping.Phases(status)],
            CodeName = code,
            Before = TaskId.TryParse(query["before"], out var before) ? before : null,
        };

        // One more than is shown: it shows whether there are older ones.
        var some = await tasks.ListAsync(filter, page: 0, PerPage + 1, http.RequestAborted);
        return new PageResult<TaskListPage, TaskListModel>(new TaskListModel
        {
            ProjectId = project.Id,
            Phase = filter.Phases is [var phase, ..] ? phase : null,
            CodeName = code,
            Before = filter.Before,
            Tasks = [.. some.Take(PerPage).Select(task => task.State)],
            HasOlder = some.Count > PerPage,
        });
    }

    private static async Task<IResult> Show(
        HttpContext http, string taskId, ITaskStore tasks, TaskService service, ILogStore logs, EntityCache cache)
    {
        if (!TaskId.TryParse(taskId, out var id)
            || await tasks.FindAsync(http.Project().Id, id, http.RequestAborted) is not { State: var task } found)
        {
            return ErrorPages.NotFound("Task");
        }

        var log = await LogExcerpt.ReadTailAsync(logs, task, http.RequestAborted);
        var cluster = await cache.Clusters.FindAsync(task.Spec.ClusterId, http.RequestAborted);
        var missing = await cache.MissingLabelsAsync(task, http.RequestAborted);
        var attempts = await service.AttemptsAsync(task, http.RequestAborted);
        return new PageResult<TaskPage, TaskModel>(new TaskModel(
            task, attempts, cluster?.Name, missing, found.Payload.Length, log, TaskPageCursor.Of(task) with { Offset = log.End }));
    }

    private static async Task<IResult> Log(HttpContext http, string taskId, ITaskStore tasks, ILogStore logs) =>
        TaskId.TryParse(taskId, out var id)
        && await tasks.FindAsync(http.Project().Id, id, http.RequestAborted) is { State: var task }
            ? new LogResult(logs, task)
            : ErrorPages.NotFound("Task");

    private static async Task<IResult> Events(
        HttpContext http, string taskId, ITaskStore tasks, TaskWatcher all, PageStreams streams)
    {
        var project = http.Project().Id;
        if (!TaskId.TryParse(taskId, out var id) || await tasks.FindAsync(project, id, http.RequestAborted) is null)
        {
            return ErrorPages.NotFound("Task");
        }

        return streams.Create(() => new TaskPageEventSource(all.Subscribe(id), project, TaskPageCursor.Parse(PageStreams.ReadCursor(http.Request))));
    }

    private static async Task<IResult> Cancel(HttpContext http, string taskId, IGrainFactory grains) =>
        TaskId.TryParse(taskId, out var id) && await grains.GetGrain<ITaskControlGrain>(id.Value).Cancel(http.Project().Id)
            ? new RedirectSeeOther($"/projects/{http.Project().Id}/tasks/{id}")
            : ErrorPages.NotFound("Task");

    private static async Task<IResult> Retry(HttpContext http, string taskId, IGrainFactory grains, IdGenerator ids)
    {
        if (!TaskId.TryParse(taskId, out var id))
        {
            return ErrorPages.NotFound("Task");
        }

        var (project, again) = (http.Project().Id, ids.NewTaskId());
        return await grains.GetGrain<ITaskControlGrain>(id.Value).Retry(project, again.Value, delaySeconds: 0) is { } rejection
            ? ErrorPages.Rejected(rejection)
            : new RedirectSeeOther($"/projects/{project}/tasks/{again}");
    }
}
