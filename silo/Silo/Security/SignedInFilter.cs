using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>Admits users who are signed in at the web page; redirects all others to sign in.</summary>
internal sealed class SignedInFilter(PageSessions sessions, AntiforgeryTokens forms, IProjectStore projects)
    : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, cancel) = (context.HttpContext, context.HttpContext.RequestAborted);
        if (await sessions.FindAsync(http) is not { } session)
        {
            return PageStreams.IsRequested(http)
                ? Results.StatusCode(StatusCodes.Status401Unauthorized)
                : new RedirectSeeOther(ReturnUrl.GetSignInUrl(http.Request));
        }

        if (!PageStreams.IsRequested(http))
        {
            await sessions.TouchAsync(session, cancel);
        }

        http.Features.Set(session);
        http.Features.Set(session.User);
        http.Features.Set(new PageVisitor
        {
            Id = session.Id,
            FormToken = forms.TokenFor(session.Id),
            User = session.User,
            Projects = await projects.ListProjectsAsync(session.User.Id, cancel),
        });
        return await next(context);
    }
}
