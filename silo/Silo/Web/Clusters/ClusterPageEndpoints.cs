using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Http.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The pages about a user's clusters: the list with the form for another, and one with its runners.</summary>
internal static class ClusterPageEndpoints
{
    private const int PerPage = 20;
    private const string Created = "new-cluster";

    private static readonly TimeSpan TokenAge = TimeSpan.FromMinutes(1);

    public static void MapClusterPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/clusters", List);
        pages.MapPost("/clusters", Create);
        pages.MapGet("/clusters/{clusterId}", Show);
        pages.MapGet("/clusters/{clusterId}/events", Events);
        pages.MapRunnerOrders();
    }

    private static async Task<IResult> List(HttpContext http, IClusterStore clusters, ClusterStates states)
    {
        var (page, _) = IronQuery.Paging(http.Request.Query);
        var some = await clusters.ListAsync(http.Caller().Id, page, PerPage, http.RequestAborted);
        var shown = new List<ClusterState>(some.Count);
        foreach (var cluster in some)
        {
            shown.Add(await states.ReadAsync(cluster, http.RequestAborted));
        }

        return new PageAnswer<ClusterListPage, ClusterListModel>(
            new ClusterListModel(shown, page, HasOlder: some.Count == PerPage));
    }

    /// <summary>
    /// Goes on at the cluster's page, with a cookie for once: what is reloaded there neither makes another cluster nor
    /// shows the token again.
    /// </summary>
    private static async Task<IResult> Create(
        HttpContext http, ClusterSetup setup, PageSeals seals, PageCookies cookies, Ids ids, TimeProvider time)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var name = form["name"].ToString().Trim();
        if (name.Length is 0 or > IronMapping.LongestName || name.Contains('\0'))
        {
            return Trouble.Page(
                StatusCodes.Status400BadRequest,
                $"A cluster needs a name of 1 to {IronMapping.LongestName} characters.");
        }

        var cluster = new ClusterSettings
        {
            Id = ids.New(),
            UserId = http.Caller().Id,
            Name = name,
            CreatedAt = time.GetUtcNow(),
        };
        await setup.AddAsync(cluster, http.RequestAborted);
        cookies.Write(http, Created, seals.Stamp(Place(http, cluster.Id)));
        return new SeeOther($"/clusters/{cluster.Id}");
    }

    private static async Task<IResult> Show(
        HttpContext http, string clusterId, IClusterStore clusters, ClusterStates states, ClusterTokenMint mint,
        PageSeals seals, PageCookies cookies)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Trouble.NotFound("Cluster");
        }

        string? token = null;
        if (seals.IsStamp(cookies.Read(http, Created), Place(http, cluster.Id), TokenAge))
        {
            cookies.Remove(http, Created);
            token = mint.Show((await clusters.TokensAsync(cluster.Id, http.RequestAborted))[0]);
        }

        return new PageAnswer<ClusterPage, ClusterModel>(new ClusterModel(
            await states.ReadAsync(cluster, http.RequestAborted),
            token,
            token is null ? null : RunnerCommand.Docker(cluster.Id, token)));
    }

    private static async Task<IResult> Events(
        HttpContext http, string clusterId, IClusterStore clusters, WatchedClusters all, PageStreams streams)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return Trouble.NotFound("Cluster");
        }

        return streams.Of(() => new ClusterWatch(all.Watch(cluster.Id), PageStreams.MarkIn(http.Request)));
    }

    private static string Place(HttpContext http, string clusterId) =>
        $"new cluster/{http.Features.GetRequiredFeature<PageSession>().Id}/{clusterId}";
}
