using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The buttons beside each runner on its cluster's page.</summary>
internal static class RunnerCommandEndpoints
{
    public static void MapRunnerCommands(this RouteGroupBuilder pages)
    {
        var runner = pages.MapGroup("/clusters/{clusterId}/runners/{sessionId}");
        Map(runner, "/pause", grain => grain.Pause());
        Map(runner, "/resume", grain => grain.Resume());
        Map(runner, "/drain", grain => grain.Drain());
    }

    private static void Map(RouteGroupBuilder runner, string path, Func<IRunnerGrain, Task<RunnerCommandResult>> command) =>
        runner.MapPost(path, (HttpContext http, string clusterId, string sessionId, IClusterStore clusters, RunnerCommands orders) =>
            SendCommandAsync(http, clusterId, sessionId, command, clusters, orders));

    private static async Task<IResult> SendCommandAsync(
        HttpContext http,
        string clusterId,
        string sessionId,
        Func<IRunnerGrain, Task<RunnerCommandResult>> command,
        IClusterStore clusters,
        RunnerCommands commands)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return ErrorPages.NotFound("Cluster");
        }

        return await commands.SendAsync(cluster.Id, [sessionId], command, http.RequestAborted) switch
        {
            null => new RedirectSeeOther($"/clusters/{cluster.Id}"),
            { Kind: ErrorKind.NotFound } => ErrorPages.NotFound("Runner"),
            var refusal => ErrorPages.Rejected(refusal),
        };
    }
}
