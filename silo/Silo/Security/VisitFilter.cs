using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Silo.Web;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>Lets in whoever is signed in at the web page; sends everybody else to sign in.</summary>
internal sealed class VisitFilter(PageSessions sessions, PageForms forms, Lookups lookups, IProjectStore projects)
    : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, cancel) = (context.HttpContext, context.HttpContext.RequestAborted);
        if (sessions.Find(http) is not { } session
            || await lookups.Users.FindAsync(session.TokenHash, cancel) is not { } user)
        {
            return LiveEvents.AreAskedFor(http)
                ? Results.StatusCode(StatusCodes.Status401Unauthorized)
                : new SeeOther("/sign-in");
        }

        if (!LiveEvents.AreAskedFor(http))
        {
            sessions.Touch(http, session);
        }

        http.Features.Set(session);
        http.Features.Set(user);
        http.Features.Set(new Visit
        {
            Id = session.Id,
            FormToken = forms.TokenFor(session.Id),
            User = user,
            Projects = await projects.ListProjectsAsync(user.Id, cancel),
        });
        return await next(context);
    }
}
