using Microsoft.AspNetCore.Mvc;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Clusters: create, list, info, update, delete.</summary>
internal static class ClusterEndpoints
{
    /// <summary>The largest body that a call about clusters has.</summary>
    public const int MaxBodySize = 64 << 10;

    public static void MapClusters(this RouteGroupBuilder api)
    {
        api.MapPost("/clusters", Create).WithMetadata(new RequestSizeLimitAttribute(MaxBodySize))
            .Describe<ClusterResponse>("createCluster", "Makes a cluster, and shows its first token").WithRequestBody<NewCluster>();
        api.MapGet("/clusters", List).Describe<ClusterList>("listClusters", "The caller's clusters", IronQueryParameters.Clusters);
        api.MapGet("/clusters/shared", ListShared)
            .Describe<ClusterList>("listSharedClusters", "Clusters of others that are shared with the caller", IronQueryParameters.Pages);

        var usable = api.MapGroup("/clusters/{clusterId}").AddEndpointFilter(ClusterFilter.Usable);
        usable.MapGet("", Info).Describe<ClusterResponse>("cluster", "One cluster, its runners and whom it is shared with");
        usable.MapGet("/tasks", TaskEndpoints.OfCluster)
            .Describe<TaskList>("listClusterTasks", "What all projects of the caller have there, newest first", IronQueryParameters.ClusterTasks);
        usable.MapClusterStats();

        var own = api.MapGroup("/clusters/{clusterId}").AddEndpointFilter(ClusterFilter.Own)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodySize));
        own.MapPut("", Update).Describe("updateCluster", "Changes a cluster; what is absent stays").WithRequestBody<ClusterUpdate>();
        own.MapDelete("", Delete).Describe("deleteCluster", "Deletes a cluster in which no task waits or runs");
        own.MapClusterTokens();
        own.MapClusterShares();
        own.MapClusterRunners();
    }

    private static async Task<ApiResult> Create(HttpContext http, ClusterProvisioner provisioner, IdGenerator ids, TimeProvider time)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        var cluster = IronMapping.ReadCluster(body, ids.New(), http.Caller().Id, time.GetUtcNow());
        var token = await provisioner.AddAsync(cluster, http.RequestAborted);

        var shown = IronMapping.ToContract(cluster) with { Token = token };
        return ApiResult.Of(
            new ClusterResponse { Msg = "Cluster created", Cluster = shown }, IronJson.Default.ClusterResponse);
    }

    private static async Task<ApiResult> List(HttpContext http, IClusterStore clusters)
    {
        if (IronQuery.Flag(http.Request.Query, "shared"))
        {
            return await ListShared(http, clusters);
        }

        // Internal ones are those of a hosted service's own: there are none here.
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        return ToResult(IronQuery.Flag(http.Request.Query, "internal")
            ? []
            : await clusters.ListAsync(http.Caller().Id, page, perPage, http.RequestAborted));
    }

    private static async Task<ApiResult> ListShared(HttpContext http, IClusterStore clusters)
    {
        var (page, perPage) = IronQuery.Paging(http.Request.Query);
        return ToResult(await clusters.ListSharedAsync(http.Caller().Id, page, perPage, http.RequestAborted));
    }

    private static async Task<ApiResult> Info(HttpContext http, ClusterService service) => ApiResult.Of(
        new ClusterResponse { Cluster = await service.ReadAsync(http.Cluster(), http.Caller().Id, http.RequestAborted) }, IronJson.Default.ClusterResponse);

    private static async Task<ApiResult> Update(HttpContext http, IClusterStore clusters, EntityCache cache)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        var (cluster, change) = (http.Cluster(), IronMapping.ReadClusterChange(body));
        switch (await clusters.UpdateAsync(cluster.Id, change, http.RequestAborted))
        {
            case ClusterUpdateResult.NotFound:
                return ApiResults.NotFound("Cluster");
            case ClusterUpdateResult.NameTaken:
                throw ClusterProvisioner.NameTaken(change.Name);
        }

        cache.InvalidateCluster(cluster.Id);
        return ApiResults.Message("Cluster updated");
    }

    private static async Task<ApiResult> Delete(HttpContext http, ClusterProvisioner provisioner) =>
        await provisioner.DeleteAsync(http.Cluster().Id) switch
        {
            ClusterDeleteResult.Deleted => ApiResults.Message("Cluster deleted"),
            ClusterDeleteResult.NotFound => ApiResults.NotFound("Cluster"),
            ClusterDeleteResult.Busy => throw new ApiException(
                "The cluster has tasks that wait or run: let them end, or cancel them, and delete it then"),
            var strange => throw new InvalidOperationException($"cluster deletion {strange}"),
        };

    private static ApiResult ToResult(IEnumerable<ClusterSettings> clusters) => ApiResult.Of(
        new ClusterList { Clusters = [.. clusters.Select(IronMapping.ToContract)] }, IronJson.Default.ClusterList);
}
