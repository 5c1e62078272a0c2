using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>What can be done with a task: cancel, retry, progress, delete; and with all that fit a filter.</summary>
internal static class TaskCommandEndpoints
{
    private const int LongestMessage = 1024;

    public static void MapTaskCommands(this RouteGroupBuilder project)
    {
        project.MapPost("/tasks/cancel", CancelMany)
            .Describe<ManyAnswer>("cancelManyTasks", "Cancels what fits a filter and has not ended").Takes<ManyRequest>();
        project.MapPost("/tasks/retry", RetryMany)
            .Describe<ManyAnswer>("retryManyTasks", "Queues what fits a filter and has ended once more").Takes<ManyRequest>();
        project.MapPost("/tasks/{taskId}/cancel", Cancel).Describe("cancelTask", "Cancels a task; one that has ended stays as it is");
        project.MapPost("/tasks/{taskId}/retry", Retry)
            .Describe<QueueAnswer>("retryTask", "Queues a task once more, as a new one, whether it has ended or not").Takes<RetryRequest>(required: false);
        project.MapPost("/tasks/{taskId}/progress", Progress)
            .Describe("setProgress", "Sets how far a task is").Takes<ProgressRequest>(required: false);
        project.MapDelete("/tasks/{taskId}", Delete).Describe("deleteTask", "Deletes a task that has ended, with its log");
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

    private static async Task<JsonAnswer> Progress(HttpContext http, string taskId, IGrainFactory grains)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        var percent = (int?)body.Whole("percent", 0, 100);
        var message = body.Text("msg", LongestMessage);
        return TaskId.TryParse(taskId, out var id)
            && await grains.GetGrain<ITaskGrain>(id.Value).Progress(http.Project().Id, percent, message)
                ? Answers.Message("Progress set")
                : Answers.NotFound("Task");
    }

    private static async Task<JsonAnswer> Delete(HttpContext http, string taskId, IGrainFactory grains) =>
        !TaskId.TryParse(taskId, out var id) ? Answers.NotFound("Task")
        : await grains.GetGrain<ITaskGrain>(id.Value).Delete(http.Project().Id) is { } refusal ? Answers.Refused(refusal)
        : Answers.Message("Deleted");

    private static async Task<JsonAnswer> CancelMany(HttpContext http, ManyTasks many, Lookups lookups)
    {
        var order = await OrderAsync(http, lookups);
        return Show("Cancelled", order, order.Filter is null ? 0 : await many.CancelAsync(order, http.RequestAborted));
    }

    private static async Task<JsonAnswer> RetryMany(HttpContext http, ManyTasks many, Lookups lookups)
    {
        var order = await OrderAsync(http, lookups);
        return Show("Queued up", order, order.Filter is null ? 0 : await many.RetryAsync(order, http.RequestAborted));
    }

    private static async Task<ManyOrder> OrderAsync(HttpContext http, Lookups lookups)
    {
        var order = ManyOrder.Read(await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted), http.Project().Id);
        if (order.Cluster is null)
        {
            return order;
        }

        var cluster = await lookups.UserClusters.FindAsync((http.Project().UserId, order.Cluster), http.RequestAborted);
        return order with { Filter = cluster is null ? null : order.Filter! with { ClusterId = cluster.Id } };
    }

    private static JsonAnswer Show(string done, ManyOrder order, int count) => JsonAnswer.Of(
        new ManyAnswer { Msg = order.DryRun ? "Nothing was changed" : done, Count = count, DryRun = order.DryRun },
        IronJson.Default.ManyAnswer);
}
