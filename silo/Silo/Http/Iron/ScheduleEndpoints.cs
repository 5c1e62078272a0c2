using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Schedules: create, list, info, update, cancel; pause, resume, run now and the runs so far are ours.</summary>
internal static class ScheduleEndpoints
{
    public static void MapSchedules(this RouteGroupBuilder project)
    {
        var largest = new RequestSizeLimitAttribute(TaskDesk.LargestQueueRequest);
        project.MapPost("/schedules", Create).WithMetadata(largest)
            .Describe<ScheduleAnswer>("createSchedules", "Makes all of the schedules, or none").Takes<ScheduleRequest>();
        project.MapGet("/schedules", List).Describe<ScheduleList>("listSchedules", "Schedules, newest first", QueryKeys.Pages);
        project.MapGet("/schedules/{scheduleId}", Info).Describe<ScheduleInfo>("schedule", "One schedule");
        project.MapPut("/schedules/{scheduleId}", Update).WithMetadata(largest)
            .Describe("updateSchedule", "Changes a schedule; what is absent stays").Takes<ScheduleChange>();
        project.MapPost("/schedules/{scheduleId}/cancel", Cancel).Describe("cancelSchedule", "Ends a schedule");
        project.MapPost("/schedules/{scheduleId}/pause", Pause).Describe("pauseSchedule", "Holds a schedule");
        project.MapPost("/schedules/{scheduleId}/resume", Resume).Describe("resumeSchedule", "Lets it go on");
        project.MapPost("/schedules/{scheduleId}/run", Run)
            .Describe<QueueAnswer>("runSchedule", "Queues one task of a schedule now, beside its runs");
        project.MapGet("/schedules/{scheduleId}/runs", Runs)
            .Describe<TaskList>("listRuns", "The tasks of a schedule, newest first", QueryKeys.Pages);
    }

    private static async Task<JsonAnswer> Create(HttpContext http, ScheduleDesk desk)
    {
        var body = await IronBody.ReadAsync(http.Request, http.RequestAborted);
        return await desk.CreateAsync(http.Project(), IronBody.Entries(body, "schedules"), http.RequestAborted);
    }

    private static async Task<JsonAnswer> List(HttpContext http, IScheduleStore schedules)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var some = await schedules.ListAsync(http.Project().Id, page, perPage, http.RequestAborted);
        return JsonAnswer.Of(
            new ScheduleList { Schedules = [.. some.Select(IronMapping.Show)] }, IronJson.Default.ScheduleList);
    }

    private static async Task<JsonAnswer> Info(HttpContext http, string scheduleId, IScheduleStore schedules) =>
        await FindAsync(http, scheduleId, schedules) is { } schedule
            ? JsonAnswer.Of(IronMapping.Show(schedule), IronJson.Default.ScheduleInfo)
            : Answers.NotFound("Schedule");

    private static async Task<JsonAnswer> Update(HttpContext http, string scheduleId, ScheduleDesk desk)
    {
        var asked = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        return await desk.UpdateAsync(http.Project(), scheduleId, asked, http.RequestAborted);
    }

    private static Task<JsonAnswer> Cancel(HttpContext http, string scheduleId, ScheduleDesk desk) => desk.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleMachine.Cancel(found, now), "Cancelled");

    private static Task<JsonAnswer> Pause(HttpContext http, string scheduleId, ScheduleDesk desk) => desk.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleMachine.Pause(found, now), "Paused", "Already paused");

    private static Task<JsonAnswer> Resume(HttpContext http, string scheduleId, ScheduleDesk desk) => desk.ChangeAsync(
        http.Project(), scheduleId, (found, _, now) => ScheduleMachine.Resume(found, now), "Resumed", "Already resumed");

    private static Task<JsonAnswer> Run(HttpContext http, string scheduleId, ScheduleDesk desk) =>
        desk.RunAsync(http.Project(), scheduleId);

    private static async Task<JsonAnswer> Runs(
        HttpContext http, string scheduleId, IScheduleStore schedules, TaskDesk desk)
    {
        if (await FindAsync(http, scheduleId, schedules) is null)
        {
            return Answers.NotFound("Schedule");
        }

        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        var runs = await schedules.ListRunsAsync(http.Project().Id, scheduleId, page, perPage, http.RequestAborted);
        return JsonAnswer.Of(
            new TaskList { Tasks = await desk.ShowAsync(runs, http.RequestAborted) }, IronJson.Default.TaskList);
    }

    private static async Task<StoredSchedule?> FindAsync(HttpContext http, string scheduleId, IScheduleStore schedules) =>
        NewId.IsWellFormed(scheduleId)
            ? await schedules.FindAsync(http.Project().Id, scheduleId, http.RequestAborted)
            : null;
}
