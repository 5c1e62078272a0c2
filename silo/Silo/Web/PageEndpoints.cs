using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Web.Assets;
using OrleansHybrid.Silo.Web.Clusters;
using OrleansHybrid.Silo.Web.SignIn;
using OrleansHybrid.Silo.Web.Tasks;

namespace OrleansHybrid.Silo.Web;

/// <summary>The web page. Who calls, and whether from a form of ours, is settled before any of its parts.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this WebApplication app)
    {
        app.MapAssets();

        var anybody = app.MapGroup("").AddEndpointFilter<PageFilter>();
        anybody.MapGroup("").AddEndpointFilter<VisitorFilter>().AddEndpointFilter<FormFilter>().MapSignIn();

        var signedIn = anybody.MapGroup("").AddEndpointFilter<VisitFilter>().AddEndpointFilter<FormFilter>();
        signedIn.MapGet("/", First);
        signedIn.MapGet("/tasks", First);
        signedIn.MapSignOut();
        signedIn.MapClusterPages();
        signedIn.MapGroup("/projects/{projectId}").AddEndpointFilter<PageProjectFilter>().MapTaskPages();
    }

    public static void AddPages(this IServiceCollection services) => services
        .AddSingleton<PageSeals>().AddSingleton<PageCookies>().AddSingleton<PageSessions>().AddSingleton<PageForms>()
        .AddSingleton<WrongTokens>().AddSingleton<PageStreams>().AddSingleton<ClusterStates>().AddSingleton<WatchedClusters>();

    private static IResult First(HttpContext http) => http.Visit().Projects is [var first, ..]
        ? new SeeOther($"/projects/{first.Id}/tasks")
        : Trouble.Page(
            StatusCodes.Status404NotFound, "You have no project yet: silo admin project create NAME --user YOU");
}
