using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>A scheme of an API: finds whose credential a request carries, and answers 401 as JSON to all others.</summary>
internal abstract class ApiAuthenticationHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>What the request carries; null for nothing.</summary>
    protected abstract string? Credential { get; }

    /// <summary>Whose it is; null when it opens nothing, or nothing any more.</summary>
    protected abstract ValueTask<ClaimsPrincipal?> FindAsync(string credential);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
        && Credential is { } credential
        && await FindAsync(credential) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
            : AuthenticateResult.NoResult();

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        (Credential is null ? ApiResults.NoCredential : ApiResults.WrongCredential).ExecuteAsync(Context);
}

/// <summary>The token of a user, in the header or in the query.</summary>
internal class UserTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, EntityCache cache)
    : ApiAuthenticationHandler(options, logs, encoder)
{
    protected override string? Credential => RequestCredentials.UserToken(Request);

    protected override async ValueTask<ClaimsPrincipal?> FindAsync(string credential)
    {
        var user = await cache.FindUserAsync(credential, Context.RequestAborted);
        Context.Features.Set(user);
        return user is null ? null : RequestCredentials.PrincipalOf(user, Scheme.Name);
    }
}

/// <summary>The credential of a runner session that has not ended, whose activity is recorded.</summary>
internal sealed class RunnerSessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, SessionAuthenticator sessions)
    : ApiAuthenticationHandler(options, logs, encoder)
{
    protected override string? Credential => RequestCredentials.FromHeader(Request);

    protected override async ValueTask<ClaimsPrincipal?> FindAsync(string credential)
    {
        var session = await sessions.AuthenticateAsync(credential, Context.RequestAborted);
        Context.Features.Set(session);
        return session is null ? null : new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Id)], Scheme.Name));
    }
}

/// <summary>
/// The token of a user in the header or, for reads, a session of the web page. That the user is an operator is for the policy; everyone else
/// gets 401, whoever they are.
/// </summary>
internal sealed class OperatorHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, EntityCache cache)
    : UserTokenHandler(options, logs, encoder, cache)
{
    private static readonly ApiResult OperatorsOnly = ApiResults.Message(
        "For operators only: sign in as one, or send the token of one in the header Authorization", StatusCodes.Status401Unauthorized);

    protected override string? Credential => RequestCredentials.FromHeader(Request);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Credential is null && HttpMethods.IsGet(Request.Method)
            ? await Context.AuthenticateAsync(PageAuthentication.Scheme)
            : await base.HandleAuthenticateAsync();

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => OperatorsOnly.ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => OperatorsOnly.ExecuteAsync(Context);
}
