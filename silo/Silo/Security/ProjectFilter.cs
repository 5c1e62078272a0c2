using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>Finds the project in the path; another user's is not found, like one that never existed.</summary>
internal sealed class ProjectFilter(EntityCache cache) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await cache.FindRouteProjectAsync(http) is not { } project)
        {
            return ErrorPages.NotFound(http, "Project");
        }

        http.Features.Set(project);
        return await next(context);
    }
}
