using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>All tasks of one code package: figures, pause, resume, cancel.</summary>
internal static class CodeQueueEndpoints
{
    public static void MapCodeQueue(this RouteGroupBuilder code)
    {
        code.MapGet("/stats", Stats).AddEndpointFilter<ActiveCodeFilter>()
            .Describe<CodeStats>("codeStats", "How many tasks are in each state", IronQueryParameters.TimeRange);
        code.MapPost("/pause_task_queue", Pause).Describe("pauseCode", "Holds every task of the code that waits");
        code.MapPost("/resume_task_queue", Resume).Describe("resumeCode", "Lets them go");
        code.MapPost("/cancel_all", CancelAll).Describe("cancelAllTasks", "Cancels every task of the code");
    }

    private static async Task<ApiResult> Stats(HttpContext http, ICodeQueueStore queues, TimeProvider time)
    {
        var (from, to) = IronQuery.TimeRange(http.Request.Query, time.GetUtcNow());
        var counts = await queues.CountAsync(http.Code().Id, from, to, http.RequestAborted);
        return ApiResult.Of(IronMapping.ToContract(counts), IronJson.Default.CodeStats);
    }

    private static async Task<ApiResult> Pause(HttpContext http, ICodeQueueStore queues, TimeProvider time) =>
        ApiResults.Message(
            await queues.PauseAsync(http.Code().Id, time.GetUtcNow(), http.RequestAborted) ? "Paused" : "Already paused");

    private static async Task<ApiResult> Resume(HttpContext http, ICodeQueueStore queues, IGrainFactory grains)
    {
        // Not to be cut off: what may go on has to be offered.
        var code = http.Code();
        var resumed = await queues.ResumeAsync(code.Id, CancellationToken.None);
        var waiting = resumed ? await queues.ListBacklogAsync(code.Id, CancellationToken.None) : [];
        TaskEffects.Publish(grains, waiting.Select(
            lane => new TaskEffect.Offered(lane.ClusterId, lane.Lane, lane.Priority, lane.RequiredLabels)));
        return ApiResults.Message(resumed ? "Resumed" : "Already resumed");
    }

    private static async Task<ApiResult> CancelAll(HttpContext http, CodeCancellationService cancellations)
    {
        await cancellations.CancelAllAsync(http.Code().Id);
        return ApiResults.Message("Cancelled");
    }
}
