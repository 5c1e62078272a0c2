using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Silo.Http;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>Finds the project in the path; one of somebody else's is not there, like one that never was.</summary>
internal sealed class ProjectFilter(Lookups lookups) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var id = http.Request.RouteValues["projectId"] as string;
        var project = NewId.IsWellFormed(id) ? await lookups.Projects.FindAsync(id!, http.RequestAborted) : null;
        if (project is null || project.UserId != http.Caller().Id)
        {
            return Answers.NotFound("Project");
        }

        http.Features.Set(project);
        return await next(context);
    }
}
