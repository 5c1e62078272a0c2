using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Silo.Http;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// Lets in whoever carries the credential of a runner session that has not ended, and notes that it is alive.
/// </summary>
internal sealed class SessionFilter(Lookups lookups, SeenSessions seen) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Credentials.InHeader(http.Request) is not { } credential)
        {
            return Answers.NoCredential;
        }

        var hash = Convert.ToHexString(Secret.Hash(credential));
        if (await lookups.Sessions.FindAsync(hash, http.RequestAborted) is not { Phase: not RunnerPhase.Ended } session)
        {
            return Answers.WrongCredential;
        }

        seen.Note(session.Id);
        http.Features.Set(session);
        return await next(context);
    }
}
