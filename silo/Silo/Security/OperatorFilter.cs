using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Admits operators only, by their token in the header or, for reads, signed in at the web page; everyone else gets 401,
/// whoever they are.
/// </summary>
internal sealed class OperatorFilter(EntityCache cache, PageSessions sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await FindAsync(http) is not { IsOperator: true } user)
        {
            return ApiResults.Message(
                "For operators only: sign in as one, or send the token of one in the header Authorization",
                StatusCodes.Status401Unauthorized);
        }

        http.Features.Set(user);
        return await next(context);
    }

    private async ValueTask<User?> FindAsync(HttpContext http) =>
        RequestCredentials.FromHeader(http.Request) is { } token
            ? await cache.Users.FindAsync(Convert.ToHexString(TokenHasher.Hash(token)), http.RequestAborted)
            : HttpMethods.IsGet(http.Request.Method) ? (await sessions.FindAsync(http))?.User
            : null;
}
