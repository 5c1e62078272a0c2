using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Whom a cluster is shared with: they may queue to it and see how it stands, and nothing else.</summary>
internal static class ClusterShareEndpoints
{
    private const int MaxShares = 100;

    public static void MapClusterShares(this RouteGroupBuilder cluster)
    {
        cluster.MapPost("/share", Share).Describe("shareCluster", "Lets another user queue to a cluster").WithRequestBody<ShareRequest>();
        cluster.MapPost("/unshare/{userId}", Unshare).Describe("unshareCluster", "Ends that");
    }

    private static async Task<ApiResult> Share(
        HttpContext http, IClusterStore clusters, IProjectStore projects, TimeProvider time)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        if (!EmailAddress.TryParse(body.RequiredText("email", EmailAddress.MaxLength), out var email))
        {
            throw new ApiException("email must be an e-mail address");
        }

        if (await projects.FindByEmailAsync(email, http.RequestAborted) is not { } user)
        {
            return ApiResults.Message($"No user has the e-mail address {email}", StatusCodes.Status404NotFound);
        }

        if (user.Id == http.Caller().Id)
        {
            throw new ApiException("The cluster is yours: share it with another user");
        }

        var id = http.Cluster().Id;
        if ((await clusters.ListSharesAsync(id, http.RequestAborted)).Count >= MaxShares)
        {
            throw ApiException.Forbidden($"The cluster is shared with {MaxShares} users, and that is the most");
        }

        return await clusters.ShareAsync(id, user.Id, time.GetUtcNow(), http.RequestAborted)
            ? ApiResults.Message("Cluster shared")
            : ApiResults.NotFound("Cluster");
    }

    private static async Task<ApiResult> Unshare(
        HttpContext http, string userId, IClusterStore clusters, EntityCache cache)
    {
        var id = http.Cluster().Id;
        if (!TimeOrderedId.IsWellFormed(userId) || !await clusters.UnshareAsync(id, userId, http.RequestAborted))
        {
            return ApiResults.Message("The cluster is not shared with this user", StatusCodes.Status404NotFound);
        }

        cache.InvalidateCluster(id);
        return ApiResults.Message("Cluster unshared");
    }
}
