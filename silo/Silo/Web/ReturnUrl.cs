using Microsoft.AspNetCore.Http.Extensions;

namespace OrleansHybrid.Silo.Web;

/// <summary>The page to return to after signing in: a path of ours, and never another host.</summary>
internal static class ReturnUrl
{
    /// <summary>The name under which the sign-in page keeps it.</summary>
    public const string Field = "to";

    private const string SignIn = "/sign-in";
    private const int MaxLength = 2000;

    /// <summary>
    /// True for a path on this host as browsers read it: one slash at its beginning and no second, which would name a host, no backslash, which
    /// they take for a slash, and nothing that they would leave out.
    /// </summary>
    public static bool IsLocal(string? text) =>
        text is ['/', ..] and not ['/', '/', ..]
        && text.Length <= MaxLength
        && text.All(character => character is > ' ' and <= '~' and not '\\')
        && !text.StartsWith(SignIn, StringComparison.OrdinalIgnoreCase)
        && !text.StartsWith("/sign-out", StringComparison.OrdinalIgnoreCase);

    /// <summary>Such a path as it is, and the first page instead of anything else.</summary>
    public static string OrDefault(string? text) => IsLocal(text) ? text! : "/";

    /// <summary>The sign-in page, which leads back to what is asked for here.</summary>
    public static string GetSignInUrl(HttpRequest request)
    {
        var wanted = UriHelper.GetEncodedPathAndQuery(request);
        return HttpMethods.IsGet(request.Method) && wanted != "/" && IsLocal(wanted)
            ? $"{SignIn}?{Field}={Uri.EscapeDataString(wanted)}"
            : SignIn;
    }
}
