using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web;

/// <summary>Finds the project in the path; another user's is not found, like one that never existed.</summary>
internal sealed class PageProjectFilter(EntityCache cache) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await cache.FindRouteProjectAsync(http) is not { } project)
        {
            return ErrorPages.NotFound("Project");
        }

        http.Features.Set(project);
        http.Features.Set(http.PageVisitor() with { Project = project });
        return await next(context);
    }
}
