using Microsoft.AspNetCore.Authentication;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.SignIn;

/// <summary>Sign in with a user's token, and out again.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this RouteGroupBuilder pages)
    {
        pages.MapGet("/sign-in", (HttpContext http) => new PageResult<SignInPage, SignInModel>(
            new SignInModel(null, ReturnUrl.OrDefault(http.Request.Query[ReturnUrl.Field]))));
        pages.MapPost("/sign-in", SignIn);
    }

    public static void MapSignOut(this RouteGroupBuilder pages) => pages.MapPost("/sign-out", (Delegate)SignOut);

    private static async Task<IResult> SignIn(
        HttpContext http, EntityCache cache, SignInRateLimiter rateLimiter)
    {
        if (rateLimiter.IsLimited(http))
        {
            http.Response.Headers.RetryAfter = "60";
            return Reject("Too many wrong tokens came from your address: wait a minute.", 429, "/");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var to = ReturnUrl.OrDefault(form[ReturnUrl.Field]);
        var hash = TokenHasher.Hash(form["token"].ToString().Trim());
        if (await cache.Users.FindAsync(Convert.ToHexString(hash), http.RequestAborted) is not { } user
            || !await TryBeginSessionAsync(http, user, hash))
        {
            rateLimiter.RecordFailure(http);
            return Reject("This token opens nothing here.", StatusCodes.Status403Forbidden, to);
        }

        return new RedirectSeeOther(to);
    }

    /// <summary>False when the token was revoked just now.</summary>
    private static async Task<bool> TryBeginSessionAsync(HttpContext http, User user, byte[] tokenHash)
    {
        try
        {
            await http.SignInAsync(
                PageAuthentication.Scheme,
                RequestCredentials.PrincipalOf(user, PageAuthentication.Scheme),
                WebSessionTicketStore.PropertiesFor(tokenHash));
            return true;
        }
        catch (AuthenticationFailureException)
        {
            return false;
        }
    }

    private static async Task<RedirectSeeOther> SignOut(HttpContext http)
    {
        await http.SignOutAsync(PageAuthentication.Scheme);
        return new RedirectSeeOther("/sign-in");
    }

    private static PageResult<SignInPage, SignInModel> Reject(string problem, int status, string to) =>
        new(new SignInModel(problem, to), status);
}

/// <summary>The sign-in page: why the last try failed, and where it leads.</summary>
public sealed record SignInModel(string? Problem, string To);
