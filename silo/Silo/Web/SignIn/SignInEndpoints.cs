using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.SignIn;

/// <summary>Sign in with a user's token, and out again.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this RouteGroupBuilder pages)
    {
        pages.MapGet("/sign-in", (HttpContext http) => new PageAnswer<SignInPage, SignInModel>(
            new SignInModel(null, OwnPath.Or(http.Request.Query[OwnPath.Field]))));
        pages.MapPost("/sign-in", SignIn);
    }

    public static void MapSignOut(this RouteGroupBuilder pages) => pages.MapPost("/sign-out", SignOut);

    private static async Task<IResult> SignIn(
        HttpContext http, Lookups lookups, PageSessions sessions, WrongTokens wrong)
    {
        if (wrong.AreTooMany(http))
        {
            http.Response.Headers.RetryAfter = "60";
            return Refuse("Too many wrong tokens came from your address: wait a minute.", 429, "/");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var to = OwnPath.Or(form[OwnPath.Field]);
        var hash = Secret.Hash(form["token"].ToString().Trim());
        if (await lookups.Users.FindAsync(Convert.ToHexString(hash), http.RequestAborted) is null
            || !await sessions.BeginAsync(http, hash))
        {
            wrong.Note(http);
            return Refuse("This token opens nothing here.", StatusCodes.Status403Forbidden, to);
        }

        return new SeeOther(to);
    }

    private static async Task<SeeOther> SignOut(HttpContext http, PageSessions sessions)
    {
        await sessions.EndAsync(http, http.Features.GetRequiredFeature<PageSession>());
        return new SeeOther("/sign-in");
    }

    private static PageAnswer<SignInPage, SignInModel> Refuse(string problem, int status, string to) =>
        new(new SignInModel(problem, to), status);
}

/// <summary>The sign-in page: why the last try failed, and where it leads.</summary>
public sealed record SignInModel(string? Problem, string To);
