using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Schedules: create, list, info, update, cancel; pause, resume, run now and the runs so far are ours.</summary>
internal static class ScheduleEndpoints
{
    public static void MapSchedules(this RouteGroupBuilder project)
    {
        var largest = new RequestSizeLimitAttribute(TaskService.MaxQueueRequestSize);
        project.MapPost("/schedules", Create).WithMetadata(largest)
            .Describe<ScheduleResponse>("createSchedules", "Makes all of the schedules, or none").WithRequestBody<ScheduleRequest>();
        project.MapGet("/schedules", List).Describe<ScheduleList>("listSchedules", "Schedules, newest first", IronQueryParameters.Pages);
        project.MapGet("/schedules/{scheduleId}", Info).Describe<ScheduleInfo>("schedule", "One schedule");
        project.MapPut("/schedules/{scheduleId}", Update).WithMetadata(largest)
            .Describe("updateSchedule", "Changes a schedule; what is absent stays").WithRequestBody<ScheduleUpdate>();
        project.MapPost("/schedules/{scheduleId}/cancel", Cancel).Describe("cancelSchedule", "Ends a schedule");
        project.MapPost("/schedules/{scheduleId}/pause", Pause).Describe("pauseSchedule", "Holds a schedule");
        project.MapPost("/schedules/{scheduleId}/resume", Resume).Describe("resumeSchedule", "Resumes it");
        project.MapPost("/schedules/{scheduleId}/run", Run)
            .Describe<EnqueueResponse>("runSchedule", "Queues one task of a schedule now, beside its runs");
        project.MapGet("/schedules/{scheduleId}/runs", Runs)
            .Describe<TaskList>("listRuns", "The tasks of a schedule, newest first", IronQueryParameters.Pages);
    }

    private static async Task<ApiResult> Create(HttpContext http, ScheduleService scheduleService)
    {
        var body = await IronBody.ReadAsync(http);
        return await scheduleService.CreateAsync(http.Project(), IronBody.Entries(body, "schedules"), http.RequestAborted);
    }

    private static async Task<ApiResult> List(HttpContext http, IScheduleStore schedules)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = await schedules.ListAsync(http.Project().Id, page, perPage, http.RequestAborted);
        return ApiResult.Of(
            new ScheduleList { Schedules = [.. some.Select(IronMapping.ToContract)] }, IronJson.Default.ScheduleList);
    }

    private static async Task<ApiResult> Info(HttpContext http, string scheduleId, IScheduleStore schedules) =>
        await FindAsync(http, scheduleId, schedules) is { } schedule
            ? ApiResult.Of(IronMapping.ToContract(schedule), IronJson.Default.ScheduleInfo)
            : ApiResults.NotFound("Schedule");

    private static async Task<ApiResult> Update(HttpContext http, string scheduleId, ScheduleService scheduleService)
    {
        var asked = await IronBody.ReadAnyTypeAsync(http);
        return await scheduleService.UpdateAsync(http.Project(), scheduleId, asked, http.RequestAborted);
    }

    private static Task<ApiResult> Cancel(HttpContext http, string scheduleId, ScheduleService scheduleService) => scheduleService.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleStateMachine.Cancel(found, now), "Cancelled");

    private static Task<ApiResult> Pause(HttpContext http, string scheduleId, ScheduleService scheduleService) => scheduleService.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleStateMachine.Pause(found, now), "Paused", "Already paused");

    private static Task<ApiResult> Resume(HttpContext http, string scheduleId, ScheduleService scheduleService) => scheduleService.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleStateMachine.Resume(found, now), "Resumed", "Already resumed");

    private static Task<ApiResult> Run(HttpContext http, string scheduleId, ScheduleService scheduleService) =>
        scheduleService.RunAsync(http.Project(), scheduleId);

    private static async Task<ApiResult> Runs(
        HttpContext http, string scheduleId, IScheduleStore schedules, TaskService taskService)
    {
        if (await FindAsync(http, scheduleId, schedules) is null)
        {
            return ApiResults.NotFound("Schedule");
        }

        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var runs = await schedules.ListRunsAsync(http.Project().Id, scheduleId, page, perPage, http.RequestAborted);
        return ApiResult.Of(
            new TaskList { Tasks = await taskService.ToContractAsync(runs, http.RequestAborted) }, IronJson.Default.TaskList);
    }

    private static async Task<StoredSchedule?> FindAsync(HttpContext http, string scheduleId, IScheduleStore schedules) =>
        TimeOrderedId.IsWellFormed(scheduleId)
            ? await schedules.FindAsync(http.Project().Id, scheduleId, http.RequestAborted)
            : null;
}
