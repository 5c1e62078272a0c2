using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>Whom a cluster is shared with: they may queue to it and see how it stands, and nothing else.</summary>
internal static class ClusterShareEndpoints
{
    private const int MostShares = 100;

    public static void MapClusterShares(this RouteGroupBuilder cluster)
    {
        cluster.MapPost("/share", Share).Describe("shareCluster", "Lets another user queue to a cluster").Takes<ShareRequest>();
        cluster.MapPost("/unshare/{userId}", Unshare).Describe("unshareCluster", "Ends that");
    }

    private static async Task<JsonAnswer> Share(
        HttpContext http, IClusterStore clusters, IProjectStore projects, TimeProvider time)
    {
        var body = await IronBody.ReadAnyTypeAsync(http.Request, http.RequestAborted);
        if (!EmailAddress.TryParse(body.RequiredText("email", EmailAddress.Longest), out var email))
        {
            throw new RefusedException("email must be an e-mail address");
        }

        if (await projects.FindByEmailAsync(email, http.RequestAborted) is not { } user)
        {
            return Answers.Message($"No user has the e-mail address {email}", StatusCodes.Status404NotFound);
        }

        if (user.Id == http.Caller().Id)
        {
            throw new RefusedException("The cluster is yours: share it with somebody else");
        }

        var id = http.Cluster().Id;
        if ((await clusters.SharesAsync(id, http.RequestAborted)).Count >= MostShares)
        {
            throw RefusedException.Forbidden($"The cluster is shared with {MostShares} users, and that is the most");
        }

        return await clusters.ShareAsync(id, user.Id, time.GetUtcNow(), http.RequestAborted)
            ? Answers.Message("Cluster shared")
            : Answers.NotFound("Cluster");
    }

    private static async Task<JsonAnswer> Unshare(
        HttpContext http, string userId, IClusterStore clusters, Lookups lookups)
    {
        var id = http.Cluster().Id;
        if (!NewId.IsWellFormed(userId) || !await clusters.UnshareAsync(id, userId, http.RequestAborted))
        {
            return Answers.Message("The cluster is not shared with this user", StatusCodes.Status404NotFound);
        }

        lookups.ForgetCluster(id);
        return Answers.Message("Cluster unshared");
    }
}
