using OrleansHybrid.Silo.Http;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Lets in whoever carries the credential of a runner session that has not ended, and notes that it is alive.
/// </summary>
internal sealed class SessionFilter(Sessions sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Credentials.InHeader(http.Request) is not { } credential)
        {
            return Answers.NoCredential;
        }

        if (await sessions.FindAsync(credential, http.RequestAborted) is not { } session)
        {
            return Answers.WrongCredential;
        }

        http.Features.Set(session);
        return await next(context);
    }
}
