using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The buttons beside each runner on its cluster's page.</summary>
internal static class RunnerCommandEndpoints
{
    public static void MapRunnerCommands(this RouteGroupBuilder cluster)
    {
        var runner = cluster.MapGroup("/runners/{sessionId}");
        Map(runner, "/pause", grain => grain.Pause());
        Map(runner, "/resume", grain => grain.Resume());
        Map(runner, "/drain", grain => grain.Drain());
    }

    private static void Map(RouteGroupBuilder runner, string path, Func<IRunnerGrain, Task<RunnerCommandResult>> command) =>
        runner.MapPost(path, (HttpContext http, string sessionId, RunnerCommands commands) => SendCommandAsync(http, sessionId, command, commands));

    private static async Task<IResult> SendCommandAsync(
        HttpContext http, string sessionId, Func<IRunnerGrain, Task<RunnerCommandResult>> command, RunnerCommands commands)
    {
        var cluster = http.Cluster();
        return await commands.SendAsync(cluster.Id, [sessionId], command, http.RequestAborted) switch
        {
            null => new RedirectSeeOther($"/clusters/{cluster.Id}"),
            { Kind: ErrorKind.NotFound } => ErrorPages.NotFound("Runner"),
            var rejection => ErrorPages.Rejected(rejection),
        };
    }
}
