using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Web.Clusters;
using OrleansHybrid.Silo.Web.SignIn;
using OrleansHybrid.Silo.Web.Tasks;

namespace OrleansHybrid.Silo.Web;

/// <summary>The web page. Who calls, and whether from a form of ours, is settled before any of its parts.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this WebApplication app)
    {
        var anybody = app.MapGroup("").WithMetadata(PageHeaders.Metadata).AllowAnonymous();
        anybody.MapGroup("").AddEndpointFilter<VisitorFilter>().AddEndpointFilter<AntiforgeryFilter>().MapSignIn();

        var signedIn = anybody.MapGroup("").AddEndpointFilter<SignedInFilter>().AddEndpointFilter<AntiforgeryFilter>();
        signedIn.MapGet("/", GetStartPage);
        signedIn.MapGet("/tasks", GetStartPage);
        signedIn.MapSignOut();
        signedIn.MapClusterPages();
        signedIn.MapGroup("/projects/{projectId}").AddEndpointFilter<PageProjectFilter>().MapTaskPages();
    }

    public static void AddPages(this IServiceCollection services) => services
        .AddSingleton<PageTokenSigner>().AddSingleton<PageCookies>().AddSingleton<PageSessions>().AddSingleton<AntiforgeryTokens>()
        .AddSingleton<SignInRateLimiter>().AddSingleton<PageStreams>().AddSingleton<ClusterStateReader>().AddSingleton<ClusterWatcher>();

    private static IResult GetStartPage(HttpContext http) => http.PageVisitor().Projects is [var first, ..]
        ? new RedirectSeeOther($"/projects/{first.Id}/tasks")
        : ErrorPages.Create(
            StatusCodes.Status404NotFound, "You have no project yet: silo admin project create NAME --user YOU");
}
