using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// The cookies of the web page: never for scripts, never sent from elsewhere, and over https bound to this host. Behind
/// a proxy that ends https, the public address says that browsers come by https.
/// </summary>
internal sealed class PageCookies(ServerOptions options)
{
    private readonly bool _publicIsSecure =
        options.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    public string? Read(HttpContext http, string name) => http.Request.Cookies[NameOf(http, name)];

    public void Write(HttpContext http, string name, string value) =>
        http.Response.Cookies.Append(NameOf(http, name), value, Rules(http));

    public void Remove(HttpContext http, string name) =>
        http.Response.Cookies.Delete(NameOf(http, name), Rules(http));

    private bool IsSecure(HttpContext http) => _publicIsSecure || http.Request.IsHttps;

    private string NameOf(HttpContext http, string name) => (IsSecure(http) ? "__Host-hybrid-" : "hybrid-") + name;

    private CookieOptions Rules(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = IsSecure(http),
        Path = "/",
    };
}
