using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Silo.Http;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// Lets in operators only, by their token in the header or signed in at the web page; everybody else gets 401, whoever
/// they are.
/// </summary>
internal sealed class OperatorFilter(Lookups lookups, PageSessions sessions) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await FindAsync(context.HttpContext) is { IsOperator: true }
            ? await next(context)
            : Answers.Message(
                "For operators only: sign in as one, or send the token of one in the header Authorization",
                StatusCodes.Status401Unauthorized);

    private async ValueTask<User?> FindAsync(HttpContext http)
    {
        var hash = Credentials.InHeader(http.Request) is { } token
            ? Convert.ToHexString(Secret.Hash(token))
            : sessions.Find(http)?.TokenHash;
        return hash is null ? null : await lookups.Users.FindAsync(hash, http.RequestAborted);
    }
}
