using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>Admits requests with a user's token.</summary>
internal sealed class UserFilter(EntityCache cache) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (RequestCredentials.UserToken(http.Request) is null)
        {
            return ApiResults.NoCredential;
        }

        if (await cache.FindUserAsync(http.Request, http.RequestAborted) is not { } user)
        {
            return ApiResults.WrongCredential;
        }

        http.Features.Set(user);
        return await next(context);
    }
}
