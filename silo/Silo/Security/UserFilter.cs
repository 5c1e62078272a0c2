using OrleansHybrid.Silo.Http;

namespace OrleansHybrid.Silo.Security;

/// <summary>Lets in whoever carries a user's token.</summary>
internal sealed class UserFilter(Lookups lookups) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Credentials.UserToken(http.Request) is null)
        {
            return Answers.NoCredential;
        }

        if (await lookups.CallerAsync(http.Request, http.RequestAborted) is not { } user)
        {
            return Answers.WrongCredential;
        }

        http.Features.Set(user);
        return await next(context);
    }
}
