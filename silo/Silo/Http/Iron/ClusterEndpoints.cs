using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Clusters: create, list, info, update, delete.</summary>
internal static class ClusterEndpoints
{
    /// <summary>The largest body that a call about clusters has.</summary>
    public const int LargestBody = 64 << 10;

    public static void MapClusters(this RouteGroupBuilder api)
    {
        api.MapPost("/clusters", Create).WithMetadata(new RequestSizeLimitAttribute(LargestBody))
            .Describe<ClusterAnswer>("createCluster", "Makes a cluster, and shows its first token").Takes<NewCluster>();
        api.MapGet("/clusters", List).Describe<ClusterList>("listClusters", "The caller's clusters", QueryKeys.Clusters);
        api.MapGet("/clusters/shared", ListShared)
            .Describe<ClusterList>("listSharedClusters", "Clusters of others that are shared with the caller", QueryKeys.Pages);

        var usable = api.MapGroup("/clusters/{clusterId}").AddEndpointFilter(ClusterFilter.Usable);
        usable.MapGet("", Info).Describe<ClusterAnswer>("cluster", "One cluster, its runners and whom it is shared with");
        usable.MapGet("/tasks", TaskEndpoints.OfCluster)
            .Describe<TaskList>("listClusterTasks", "What all projects of the caller have there, newest first", QueryKeys.ClusterTasks);
        usable.MapClusterFigures();

        var own = api.MapGroup("/clusters/{clusterId}").AddEndpointFilter(ClusterFilter.Own)
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        own.MapPut("", Update).Describe("updateCluster", "Changes a cluster; what is absent stays").Takes<ClusterUpdate>();
        own.MapDelete("", Delete).Describe("deleteCluster", "Deletes a cluster in which no task waits or runs");
        own.MapClusterTokens();
        own.MapClusterShares();
        own.MapClusterRunners();
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
        if (IronQuery.Flag(http.Request.Query, "shared"))
        {
            return await ListShared(http, clusters);
        }

        // Internal ones are those of a hosted service's own: there are none here.
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        return Show(IronQuery.Flag(http.Request.Query, "internal")
            ? []
            : await clusters.ListAsync(http.Caller().Id, page, perPage, http.RequestAborted));
    }

    private static async Task<JsonAnswer> ListShared(HttpContext http, IClusterStore clusters)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        return Show(await clusters.ListSharedAsync(http.Caller().Id, page, perPage, http.RequestAborted));
    }

    private static async Task<JsonAnswer> Info(HttpContext http, IClusterStore clusters, IRunnerStore runners, ITaskStore tasks)
    {
        var (cluster, me) = (http.Cluster(), http.Caller().Id);
        var sessions = await runners.ListAsync(cluster.Id, http.RequestAborted);
        var waiting = await tasks.WaitingAsync(cluster.Id, http.RequestAborted);
        var missing = WaitingLane.MissingFrom(waiting, sessions.Select(runner => runner.Session));
        var shares = await clusters.SharesAsync(cluster.Id, http.RequestAborted);

        // Who else uses it is its owner's business.
        var seen = shares.Where(share => cluster.UserId == me || share.UserId == me);
        return JsonAnswer.Of(
            new ClusterAnswer { Cluster = IronMapping.Show(cluster, sessions, missing, seen) }, IronJson.Default.ClusterAnswer);
    }

    private static async Task<JsonAnswer> Update(HttpContext http, IClusterStore clusters, Lookups lookups)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        var (cluster, change) = (http.Cluster(), IronMapping.ReadClusterChange(body));
        switch (await clusters.UpdateAsync(cluster.Id, change, http.RequestAborted))
        {
            case ClusterUpdateResult.NotFound:
                return Answers.NotFound("Cluster");
            case ClusterUpdateResult.NameTaken:
                throw ClusterSetup.NameTaken(change.Name);
        }

        lookups.ForgetCluster(cluster.Id);
        return Answers.Message("Cluster updated");
    }

    private static async Task<JsonAnswer> Delete(HttpContext http, ClusterSetup setup) =>
        await setup.DeleteAsync(http.Cluster().Id) switch
        {
            ClusterDeletion.Deleted => Answers.Message("Cluster deleted"),
            ClusterDeletion.NotFound => Answers.NotFound("Cluster"),
            ClusterDeletion.Busy => throw new RefusedException(
                "The cluster has tasks that wait or run: let them end, or cancel them, and delete it then"),
            var strange => throw new InvalidOperationException($"cluster deletion {strange}"),
        };

    private static JsonAnswer Show(IEnumerable<ClusterSettings> clusters) => JsonAnswer.Of(
        new ClusterList { Clusters = [.. clusters.Select(IronMapping.Show)] }, IronJson.Default.ClusterList);
}
