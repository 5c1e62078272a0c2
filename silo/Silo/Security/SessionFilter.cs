using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Admits requests with the credential of a runner session that has not ended, and records its activity.
/// </summary>
internal sealed class SessionFilter(SessionAuthenticator sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (RequestCredentials.FromHeader(http.Request) is not { } credential)
        {
            return ApiResults.NoCredential;
        }

        if (await sessions.AuthenticateAsync(credential, http.RequestAborted) is not { } session)
        {
            return ApiResults.WrongCredential;
        }

        http.Features.Set(session);
        return await next(context);
    }
}
