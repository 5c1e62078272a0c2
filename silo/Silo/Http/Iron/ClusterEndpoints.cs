using Microsoft.AspNetCore.Mvc;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Clusters: create, list, info, figures, token.</summary>
internal static class ClusterEndpoints
{
    // Counting on costs more than the figure is worth.
    private const int MostCounted = 100_000;

    public static void MapClusters(this RouteGroupBuilder api)
    {
        api.MapPost("/clusters", Create).WithMetadata(new RequestSizeLimitAttribute(64 << 10));
        api.MapGet("/clusters", List);
        api.MapGet("/clusters/{clusterId}", Info);
        api.MapGet("/clusters/{clusterId}/stats", Stats);
        api.MapGet("/clusters/{clusterId}/credentials", Token);
    }

    private static async Task<JsonAnswer> Create(HttpContext http, ClusterSetup setup, Ids ids, TimeProvider time)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        var cluster = IronMapping.ReadCluster(body, ids.New(), http.Caller().Id, time.GetUtcNow());
        var token = await setup.AddAsync(cluster, http.RequestAborted);

        var shown = IronMapping.Show(cluster) with { Token = token };
        return JsonAnswer.Of(
            new ClusterAnswer { Msg = "Cluster created", Cluster = shown }, IronJson.Default.ClusterAnswer);
    }

    private static async Task<JsonAnswer> List(HttpContext http, IClusterStore clusters)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);

        // Nothing is shared, and nothing internal, in this version.
        var mine = IronQuery.Flag(http.Request.Query, "shared") || IronQuery.Flag(http.Request.Query, "internal")
            ? []
            : await clusters.ListAsync(http.Caller().Id, page, perPage, http.RequestAborted);
        return JsonAnswer.Of(
            new ClusterList { Clusters = [.. mine.Select(IronMapping.Show)] }, IronJson.Default.ClusterList);
    }

    private static async Task<JsonAnswer> Info(
        HttpContext http, string clusterId, IClusterStore clusters, IRunnerStore runners)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Answers.NotFound("Cluster");
        }

        var sessions = await runners.ListAsync(cluster.Id, http.RequestAborted);
        return JsonAnswer.Of(
            new ClusterAnswer { Cluster = IronMapping.Show(cluster, sessions) }, IronJson.Default.ClusterAnswer);
    }

    private static async Task<JsonAnswer> Stats(
        HttpContext http, string clusterId, IClusterStore clusters, IRunnerStore runners)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Answers.NotFound("Cluster");
        }

        var sessions = await runners.ListAsync(cluster.Id, http.RequestAborted);
        var queued = await clusters.CountQueuedAsync(cluster.Id, MostCounted, http.RequestAborted);
        return JsonAnswer.Of(
            new ClusterStatsAnswer { Cluster = IronMapping.ShowStats(sessions, queued) },
            IronJson.Default.ClusterStatsAnswer);
    }

    private static async Task<JsonAnswer> Token(
        HttpContext http, string clusterId, IClusterStore clusters, ClusterTokenMint tokens)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Answers.NotFound("Cluster");
        }

        // The newest first: published clients take one.
        var kept = await clusters.TokensAsync(cluster.Id, http.RequestAborted);
        var texts = kept.Select(tokens.Show).Reverse().ToList();
        var answer = new ClusterCredentials
        {
            Token = texts[0],
            Cluster = new ClusterTokens { Id = cluster.Id, Tokens = texts },
        };
        return JsonAnswer.Of(answer, IronJson.Default.ClusterCredentials);
    }
}
