using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The pages about a user's clusters: the list with the form for another, and one with its runners.</summary>
internal static class ClusterPageEndpoints
{
    private const int PerPage = 20;
    private const string Created = "hybrid-new-cluster";

    private static readonly TimeSpan MaxTokenAge = TimeSpan.FromMinutes(1);

    public static void MapClusterPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/clusters", List);
        pages.MapPost("/clusters", Create);
        var cluster = pages.MapGroup("/clusters/{clusterId}").AddEndpointFilter(ClusterFilter.Own);
        cluster.MapGet("", Show);
        cluster.MapGet("/events", Events);
        cluster.MapRunnerCommands();
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
        HttpContext http, ClusterProvisioner setup, IDataProtectionProvider protection, PageCookieManager cookies, IdGenerator ids, TimeProvider time)
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
        var created = ProtectorFor(http, protection).Protect(cluster.Id, MaxTokenAge);
        cookies.AppendResponseCookie(http, Created, created, PageAuthentication.NewCookie(Created).Build(http));
        return new RedirectSeeOther($"/clusters/{cluster.Id}");
    }

    private static async Task<IResult> Show(
        HttpContext http, IClusterStore clusters, ClusterStateReader stateReader, ClusterTokenIssuer tokenIssuer,
        IDataProtectionProvider protection, PageCookieManager cookies)
    {
        var cluster = http.Cluster();
        string? token = null;
        if (cookies.GetRequestCookie(http, Created) is { Length: > 0 } created && IsFor(cluster.Id, created, ProtectorFor(http, protection)))
        {
            cookies.DeleteCookie(http, Created, PageAuthentication.NewCookie(Created).Build(http));
            token = tokenIssuer.Reveal((await clusters.ListTokensAsync(cluster.Id, http.RequestAborted))[0]);
        }

        return new PageResult<ClusterPage, ClusterModel>(new ClusterModel(
            await stateReader.ReadAsync(cluster, http.RequestAborted),
            token,
            token is null ? null : DockerRunCommand.Build(cluster.Id, token)));
    }

    private static IResult Events(HttpContext http, ClusterWatcher all, PageStreams streams) =>
        streams.Create(() => new ClusterPageEventSource(all.Subscribe(http.Cluster().Id), PageStreams.ReadCursor(http.Request)));

    private static ITimeLimitedDataProtector ProtectorFor(HttpContext http, IDataProtectionProvider protection) =>
        protection.CreateProtector("new cluster", http.Features.GetRequiredFeature<WebSession>().Id).ToTimeLimitedDataProtector();

    private static bool IsFor(string clusterId, string created, ITimeLimitedDataProtector protector)
    {
        try
        {
            return protector.Unprotect(created) == clusterId;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
