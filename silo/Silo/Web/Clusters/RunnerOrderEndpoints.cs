using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Http.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The buttons beside each runner on its cluster's page.</summary>
internal static class RunnerOrderEndpoints
{
    public static void MapRunnerOrders(this RouteGroupBuilder pages)
    {
        var runner = pages.MapGroup("/clusters/{clusterId}/runners/{sessionId}");
        Map(runner, "/pause", grain => grain.Pause());
        Map(runner, "/resume", grain => grain.Resume());
        Map(runner, "/drain", grain => grain.Drain());
    }

    private static void Map(RouteGroupBuilder runner, string path, Func<IRunnerGrain, Task<RunnerAnswer>> order) =>
        runner.MapPost(path, (HttpContext http, string clusterId, string sessionId, IClusterStore clusters, RunnerOrders orders) =>
            OrderAsync(http, clusterId, sessionId, order, clusters, orders));

    private static async Task<IResult> OrderAsync(
        HttpContext http,
        string clusterId,
        string sessionId,
        Func<IRunnerGrain, Task<RunnerAnswer>> order,
        IClusterStore clusters,
        RunnerOrders orders)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Trouble.NotFound("Cluster");
        }

        return await orders.GiveAsync(cluster.Id, [sessionId], order, http.RequestAborted) switch
        {
            null => new SeeOther($"/clusters/{cluster.Id}"),
            { Kind: RefusalKind.NotFound } => Trouble.NotFound("Runner"),
            var refusal => Trouble.Refused(refusal),
        };
    }
}
