using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>Finds the project in the path; one of somebody else's is not there, like one that never was.</summary>
internal sealed class ProjectFilter(EntityCache cache) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await cache.FindRouteProjectAsync(http) is not { } project)
        {
            return ApiResults.NotFound("Project");
        }

        http.Features.Set(project);
        return await next(context);
    }
}
