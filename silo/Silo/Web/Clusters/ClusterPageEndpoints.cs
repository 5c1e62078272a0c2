using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The pages about a user's clusters: the list with the form for another, and one with its runners.</summary>
internal static class ClusterPageEndpoints
{
    private const int PerPage = 20;

    public static void MapClusterPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/clusters", List);
        pages.MapPost("/clusters", Create);
        pages.MapGet("/clusters/{clusterId}", Show);
        pages.MapGet("/clusters/{clusterId}/events", Events);
        pages.MapRunnerCommands();
    }

    private static async Task<IResult> List(HttpContext http, IClusterStore clusters, ClusterStateReader stateReader)
    {
        var (page, _) = IronQuery.Paging(http.Request.Query);
        var some = await clusters.ListAsync(http.Caller().Id, page, PerPage, http.RequestAborted);
        var shown = new List<ClusterState>(some.Count);
        foreach (var cluster in some)
        {
            shown.Add(await stateReader.ReadAsync(cluster, http.RequestAborted));
        }

        return new PageResult<ClusterListPage, ClusterListModel>(
            new ClusterListModel(shown, page, HasOlder: some.Count == PerPage));
    }

    /// <summary>
    /// Goes on at the cluster's page, with a cookie for once: what is reloaded there neither makes another cluster nor
    /// shows the token again.
    /// </summary>
    private static async Task<IResult> Create(
        HttpContext http, ClusterProvisioner setup, NewClusterCookie created, IdGenerator ids, TimeProvider time)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var name = form["name"].ToString().Trim();
        if (name.Length is 0 or > IronMapping.MaxNameLength || name.Contains('\0'))
        {
            return ErrorPages.Create(
                StatusCodes.Status400BadRequest,
                $"A cluster needs a name of 1 to {IronMapping.MaxNameLength} characters.");
        }

        var cluster = new ClusterSettings
        {
            Id = ids.New(),
            UserId = http.Caller().Id,
            Name = name,
            CreatedAt = time.GetUtcNow(),
        };
        await setup.AddAsync(cluster, http.RequestAborted);
        created.Write(http, cluster.Id);
        return new RedirectSeeOther($"/clusters/{cluster.Id}");
    }

    private static async Task<IResult> Show(
        HttpContext http, string clusterId, IClusterStore clusters, ClusterStateReader stateReader, ClusterTokenIssuer tokenIssuer,
        NewClusterCookie created)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return ErrorPages.NotFound("Cluster");
        }

        var token = created.TryTake(http, cluster.Id)
            ? tokenIssuer.Reveal((await clusters.ListTokensAsync(cluster.Id, http.RequestAborted))[0])
            : null;
        return new PageResult<ClusterPage, ClusterModel>(new ClusterModel(
            await stateReader.ReadAsync(cluster, http.RequestAborted),
            token,
            token is null ? null : DockerRunCommand.Build(cluster.Id, token)));
    }

    private static async Task<IResult> Events(
        HttpContext http, string clusterId, IClusterStore clusters, ClusterWatcher all, PageStreams streams)
    {
        if (await clusters.FindOwnAsync(http, clusterId) is not { } cluster)
        {
            return ErrorPages.NotFound("Cluster");
        }

        return streams.Create(() => new ClusterPageEventSource(all.Subscribe(cluster.Id), PageStreams.ReadCursor(http.Request)));
    }
}
