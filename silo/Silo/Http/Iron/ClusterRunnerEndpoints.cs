using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>A cluster's runners: how busy they are, and orders to them: finish and go, pause, resume.</summary>
internal static class ClusterRunnerEndpoints
{
    /// <summary>Counting on costs more than the figure is worth.</summary>
    public const int MostCounted = 100_000;

    private const int MostAtOnce = 1000;

    public static void MapClusterFigures(this RouteGroupBuilder cluster) =>
        cluster.MapGet("/stats", Stats).Describe<ClusterStatsAnswer>("clusterStats", "How much waits, and who works");

    public static void MapClusterRunners(this RouteGroupBuilder cluster)
    {
        cluster.MapPost("/terminate", Terminate)
            .Describe("terminateRunners", "Drains runners: they finish what they have, then end").Takes<TerminateRequest>();
        cluster.MapPost("/pause", Pause)
            .Describe("pauseRunners", "Holds runners: they keep what they have, and take nothing").Takes<TerminateRequest>();
        cluster.MapPost("/resume", Resume)
            .Describe("resumeRunners", "Lets paused runners take tasks again").Takes<TerminateRequest>();
    }

    private static async Task<JsonAnswer> Stats(
        HttpContext http, IClusterStore clusters, IRunnerStore runners, IQueueAverageStore averages)
    {
        var id = http.Cluster().Id;
        var sessions = await runners.ListAsync(id, http.RequestAborted);
        var queued = await clusters.CountQueuedAsync(id, MostCounted, http.RequestAborted);
        var average = await averages.FindAsync(id, http.RequestAborted);
        return JsonAnswer.Of(
            new ClusterStatsAnswer { Cluster = IronMapping.ShowStats(sessions, queued, average) },
            IronJson.Default.ClusterStatsAnswer);
    }

    private static async Task<JsonAnswer> Terminate(HttpContext http, RunnerOrders orders) =>
        await OrderAsync(http, orders, runner => runner.Drain()) is { Kind: RefusalKind.NotFound } refusal
            ? Answers.Refused(refusal)
            : Answers.Message("Terminating: the instances finish their tasks and stop");

    private static async Task<JsonAnswer> Pause(HttpContext http, RunnerOrders orders) =>
        await OrderAsync(http, orders, runner => runner.Pause()) is { } refusal
            ? Answers.Refused(refusal)
            : Answers.Message("Paused: the instances keep what they have, and take nothing until they are resumed");

    private static async Task<JsonAnswer> Resume(HttpContext http, RunnerOrders orders) =>
        await OrderAsync(http, orders, runner => runner.Resume()) is { } refusal
            ? Answers.Refused(refusal)
            : Answers.Message("Resumed");

    private static async Task<Refusal?> OrderAsync(
        HttpContext http, RunnerOrders orders, Func<IRunnerGrain, Task<RunnerAnswer>> order)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        var ids = body.Strings("instance_ids", MostAtOnce) ?? throw RefusedException.Missing("instance_ids");
        return ids.Count == 0
            ? throw new RefusedException("instance_ids must have at least one entry")
            : await orders.GiveAsync(http.Cluster().Id, ids, order, http.RequestAborted);
    }
}
