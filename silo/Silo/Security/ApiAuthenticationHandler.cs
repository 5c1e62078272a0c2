using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// A scheme of an API: finds whose credential a request carries, and answers 401 as JSON to all others. It has no options and no log, so it goes
/// without the framework's base class, which makes both for every request.
/// </summary>
internal abstract class ApiAuthenticationHandler : IAuthenticationHandler
{
    /// <summary>The credential that the request carries; null for none.</summary>
    protected abstract string? Credential { get; }

    /// <summary>The request.</summary>
    protected HttpContext Http { get; private set; } = null!;

    /// <summary>The name of the scheme.</summary>
    protected string Scheme { get; private set; } = "";

    /// <inheritdoc />
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        (Scheme, Http) = (scheme.Name, context);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public virtual async Task<AuthenticateResult> AuthenticateAsync() =>
        Http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
        && Credential is { } credential
        && await FindAsync(credential) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme))
            : AuthenticateResult.NoResult();

    /// <inheritdoc />
    public virtual Task ChallengeAsync(AuthenticationProperties? properties) =>
        (Credential is null ? ApiResults.NoCredential : ApiResults.WrongCredential).ExecuteAsync(Http);

    /// <inheritdoc />
    public virtual Task ForbidAsync(AuthenticationProperties? properties) => ApiResults.WrongCredential.ExecuteAsync(Http);

    /// <summary>Whose it is; null when it opens nothing, or nothing any more.</summary>
    protected abstract ValueTask<ClaimsPrincipal?> FindAsync(string credential);
}

/// <summary>The token of a user, in the header or in the query.</summary>
internal class UserTokenHandler(EntityCache cache) : ApiAuthenticationHandler
{
    protected override string? Credential => RequestCredentials.UserToken(Http.Request);

    protected override async ValueTask<ClaimsPrincipal?> FindAsync(string credential)
    {
        var user = await cache.FindUserAsync(credential, Http.RequestAborted);
        Http.Features.Set(user);
        return user is null ? null : RequestCredentials.PrincipalOf(user, Scheme);
    }
}

/// <summary>The credential of a runner session that has not ended, whose activity is recorded.</summary>
internal sealed class RunnerSessionHandler(SessionAuthenticator sessions) : ApiAuthenticationHandler
{
    protected override string? Credential => RequestCredentials.FromHeader(Http.Request);

    protected override async ValueTask<ClaimsPrincipal?> FindAsync(string credential)
    {
        var session = await sessions.AuthenticateAsync(credential, Http.RequestAborted);
        Http.Features.Set(session);
        return session is null ? null : new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Id)], Scheme));
    }
}

/// <summary>
/// The token of a user in the header or, for reads, a session of the web page. That the user is an operator is for the policy; everyone else
/// gets 401, whoever they are.
/// </summary>
internal sealed class OperatorHandler(EntityCache cache) : UserTokenHandler(cache)
{
    private static readonly ApiResult OperatorsOnly = ApiResults.Message(
        "For operators only: sign in as one, or send the token of one in the header Authorization", StatusCodes.Status401Unauthorized);

    protected override string? Credential => RequestCredentials.FromHeader(Http.Request);

    public override async Task<AuthenticateResult> AuthenticateAsync() =>
        Credential is null && HttpMethods.IsGet(Http.Request.Method)
            ? await Http.AuthenticateAsync(PageAuthentication.Scheme)
            : await base.AuthenticateAsync();

    public override Task ChallengeAsync(AuthenticationProperties? properties) => OperatorsOnly.ExecuteAsync(Http);

    public override Task ForbidAsync(AuthenticationProperties? properties) => OperatorsOnly.ExecuteAsync(Http);
}
