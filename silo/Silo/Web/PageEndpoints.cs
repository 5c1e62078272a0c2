using OrleansHybrid.Domain.Projects;
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
        var pages = app.MapGroup("").RequireAuthorization(SecurityServices.PageUsers).WithMetadata(PageHeaders.Metadata).AddEndpointFilter<AntiforgeryFilter>();
        pages.MapGroup("").AllowAnonymous().MapSignIn();
        pages.MapGet("/", GetStartPageAsync);
        pages.MapGet("/tasks", GetStartPageAsync);
        pages.MapSignOut();
        pages.MapClusterPages();
        pages.MapGroup("/projects/{projectId}").AddEndpointFilter<ProjectFilter>().MapTaskPages();
    }

    public static void AddPages(this IServiceCollection services) => services
        .AddSingleton<SignInRateLimiter>().AddSingleton<PageStreams>().AddSingleton<ClusterStateReader>().AddSingleton<ClusterWatcher>();

    private static async Task<IResult> GetStartPageAsync(HttpContext http, IProjectStore projects) =>
        await projects.ListProjectsAsync(http.Caller().Id, http.RequestAborted) is [var first, ..]
            ? new RedirectSeeOther($"/projects/{first.Id}/tasks")
            : ErrorPages.Create(
                StatusCodes.Status404NotFound, "You have no project yet: silo admin project create NAME --user YOU");
}
