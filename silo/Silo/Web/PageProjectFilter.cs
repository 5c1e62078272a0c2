using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web;

/// <summary>Finds the project in the path; one of somebody else's is not there, like one that never was.</summary>
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
