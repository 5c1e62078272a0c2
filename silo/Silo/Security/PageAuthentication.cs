using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>The web page's cookies: that of the session, whose rows are in <see cref="WebSessionTicketStore"/>, and that of the forms.</summary>
internal static class PageAuthentication
{
    /// <summary>The name of the scheme.</summary>
    public const string Scheme = "page";

    /// <summary>The field of each form that carries its antiforgery token.</summary>
    public const string FormField = "form_token";

    internal const string SecurePrefix = "__Host-";

    public static AuthenticationBuilder AddPage(this AuthenticationBuilder authentication, ServerOptions options)
    {
        var services = authentication.Services;
        services.AddSingleton<WebSessionTicketStore>().AddSingleton<PageAuthenticationEvents>().AddSingleton<PageCookieManager>();
        authentication.AddCookie(Scheme, page =>
        {
            page.Cookie = NewCookie("hybrid-session");
            page.EventsType = typeof(PageAuthenticationEvents);
            page.SlidingExpiration = false;
        });
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<WebSessionTicketStore, PageCookieManager>(
            (page, sessions, cookies) => (page.SessionStore, page.CookieManager) = (sessions, cookies));
        services.AddAntiforgery(forms =>
        {
            var isSecure = IsPublicSecure(options) || options.Urls.All(url => BindingAddress.Parse(url).Scheme == Uri.UriSchemeHttps);
            forms.Cookie = NewCookie(isSecure ? $"{SecurePrefix}hybrid-form" : "hybrid-form");
            forms.FormFieldName = FormField;
            forms.SuppressXFrameOptionsHeader = true;
        });
        return authentication;
    }

    /// <summary>Behind a proxy that ends https, the public address says that browsers come by https.</summary>
    public static void UsePublicScheme(this WebApplication app, ServerOptions options)
    {
        if (IsPublicSecure(options))
        {
            app.Use((http, next) =>
            {
                http.Request.Scheme = Uri.UriSchemeHttps;
                return next(http);
            });
        }
    }

    /// <summary>A cookie of the page: never for scripts, never sent from elsewhere.</summary>
    public static CookieBuilder NewCookie(string name) => new()
    {
        Name = name,
        Path = "/",
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        SecurePolicy = CookieSecurePolicy.SameAsRequest,
    };

    private static bool IsPublicSecure(ServerOptions options) =>
        options.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>The handling of requests of signed-in users, and of anonymous ones.</summary>
internal sealed class PageAuthenticationEvents(WebSessionTicketStore sessions) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var (http, session) = (context.HttpContext, WebSessionTicketStore.SessionOf(context.Properties));
        if (PageHeaders.AppliesTo(http.GetEndpoint()) && !PageStreams.IsRequested(http))
        {
            await sessions.TouchAsync(session, http.RequestAborted);
        }

        http.Features.Set(session);
        http.Features.Set(session.User);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        IResult result = PageStreams.IsRequested(context.HttpContext)
            ? Results.StatusCode(StatusCodes.Status401Unauthorized)
            : new RedirectSeeOther(ReturnUrl.GetSignInUrl(context.Request));
        return result.ExecuteAsync(context.HttpContext);
    }
}

/// <summary>
/// Binds cookies to this host over https, by their name. Where anybody may call, no session is read: what begins there begins under a new
/// key.
/// </summary>
internal sealed class PageCookieManager : ICookieManager
{
    private readonly ChunkingCookieManager _cookies = new();

    public string? GetRequestCookie(HttpContext context, string key) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
            ? _cookies.GetRequestCookie(context, NameOf(context, key))
            : null;

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        _cookies.AppendResponseCookie(context, NameOf(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _cookies.DeleteCookie(context, NameOf(context, key), options);

    private static string NameOf(HttpContext http, string name) => http.Request.IsHttps ? PageAuthentication.SecurePrefix + name : name;
}
