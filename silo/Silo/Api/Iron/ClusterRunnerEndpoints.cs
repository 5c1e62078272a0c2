using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>A cluster's runners: how busy they are, and commands to them: finish and go, pause, resume.</summary>
internal static class ClusterRunnerEndpoints
{
    /// <summary>Counting on costs more than the figure is worth.</summary>
    public const int MaxCounted = 100_000;

    private const int MaxBatchSize = 1000;

    public static void MapClusterStats(this RouteGroupBuilder cluster) =>
        cluster.MapGet("/stats", Stats).Describe<ClusterStatsResponse>("clusterStats", "How much waits, and who works");

    public static void MapClusterRunners(this RouteGroupBuilder cluster)
    {
        cluster.MapPost("/terminate", Terminate)
            .Describe("terminateRunners", "Drains runners: they finish what they have, then end").WithRequestBody<TerminateRequest>();
        cluster.MapPost("/pause", Pause)
            .Describe("pauseRunners", "Pauses runners: they finish their tasks and claim no others").WithRequestBody<TerminateRequest>();
        cluster.MapPost("/resume", Resume)
            .Describe("resumeRunners", "Resumes paused runners: they claim tasks again").WithRequestBody<TerminateRequest>();
    }

    private static async Task<ApiResult> Stats(
        HttpContext http, IClusterStore clusters, IRunnerStore runners, IQueueAverageStore averages)
    {
        var id = http.Cluster().Id;
        var sessions = await runners.ListAsync(id, http.RequestAborted);
        var queued = await clusters.CountQueuedAsync(id, MaxCounted, http.RequestAborted);
        var average = await averages.FindAsync(id, http.RequestAborted);
        return ApiResult.Of(
            new ClusterStatsResponse { Cluster = IronMapping.ToStatsContract(sessions, queued, average) },
            IronJson.Default.ClusterStatsResponse);
    }

    private static async Task<ApiResult> Terminate(HttpContext http, RunnerCommands commands) =>
        await SendCommandAsync(http, commands, runner => runner.Drain()) is { Kind: ErrorKind.NotFound } rejection
            ? ApiResults.FromError(rejection)
            : ApiResults.Message("Terminating: the instances finish their tasks and stop");

    private static async Task<ApiResult> Pause(HttpContext http, RunnerCommands commands) =>
        await SendCommandAsync(http, commands, runner => runner.Pause()) is { } rejection
            ? ApiResults.FromError(rejection)
            : ApiResults.Message("Paused: the instances finish their tasks and claim no others until they are resumed");

    private static async Task<ApiResult> Resume(HttpContext http, RunnerCommands commands) =>
        await SendCommandAsync(http, commands, runner => runner.Resume()) is { } rejection
            ? ApiResults.FromError(rejection)
            : ApiResults.Message("Resumed");

    private static async Task<DomainError?> SendCommandAsync(
        HttpContext http, RunnerCommands commands, Func<IRunnerGrain, Task<RunnerCommandResult>> command)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        var ids = body.Strings("instance_ids", MaxBatchSize) ?? throw ApiException.Missing("instance_ids");
        return ids.Count == 0
            ? throw new ApiException("instance_ids must have at least one entry")
            : await commands.SendAsync(http.Cluster().Id, ids, command, http.RequestAborted);
    }
}
