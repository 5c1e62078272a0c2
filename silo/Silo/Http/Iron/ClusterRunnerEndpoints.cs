using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Grains.Runners;
using Orleans.Hybrid.Silo.Http.Describing;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>A cluster's runners: how busy they are, and the order to finish what they have and go.</summary>
internal static class ClusterRunnerEndpoints
{
    /// <summary>Counting on costs more than the figure is worth.</summary>
    public const int MostCounted = 100_000;

    private const int MostAtOnce = 1000;

    public static void MapClusterFigures(this RouteGroupBuilder cluster) =>
        cluster.MapGet("/stats", Stats).Describe<ClusterStatsAnswer>("clusterStats", "How much waits, and who works");

    public static void MapClusterRunners(this RouteGroupBuilder cluster) =>
        cluster.MapPost("/terminate", Terminate)
            .Describe("terminateRunners", "Drains runners: they finish what they have, then end").Takes<TerminateRequest>();

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

    private static async Task<JsonAnswer> Terminate(
        HttpContext http, IRunnerStore runners, IGrainFactory grains, Lookups lookups)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        var ids = body.Strings("instance_ids", MostAtOnce) ?? throw RefusedException.Missing("instance_ids");
        if (ids.Count == 0)
        {
            throw new RefusedException("instance_ids must have at least one entry");
        }

        var live = (await runners.ListAsync(http.Cluster().Id, http.RequestAborted))
            .ToDictionary(runner => runner.Session.Id, runner => runner.Session);
        var unknown = ids.Where(id => !live.ContainsKey(id)).ToList();
        if (unknown.Count > 0)
        {
            return Answers.NotFound($"Instance {string.Join(", ", unknown)}");
        }

        await Task.WhenAll(ids.Distinct().Select(id => grains.GetGrain<IRunnerGrain>(id).Drain()));
        foreach (var id in ids)
        {
            lookups.Sessions.Forget(Convert.ToHexString(live[id].CredentialHash));
        }

        return Answers.Message("Terminating: the instances finish their tasks and stop");
    }
}
