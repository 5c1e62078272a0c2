using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>
/// Says once, within a minute and in the same session, that a cluster was just created: what is reloaded on its page neither creates another one nor shows
/// its token again.
/// </summary>
internal sealed class NewClusterCookie(IDataProtectionProvider protection, PageCookieManager cookies)
{
    private const string Name = "hybrid-new-cluster";

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>Writes it.</summary>
    public void Write(HttpContext http, string clusterId) =>
        cookies.AppendResponseCookie(http, Name, ProtectorFor(http, clusterId).Protect("", MaxAge), NewOptions(http));

    /// <summary>True when it is there for this cluster, and then never again.</summary>
    public bool TryTake(HttpContext http, string clusterId)
    {
        if (cookies.GetRequestCookie(http, Name) is not { Length: > 0 } text)
        {
            return false;
        }

        try
        {
            ProtectorFor(http, clusterId).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return false;
        }

        cookies.DeleteCookie(http, Name, NewOptions(http));
        return true;
    }

    private ITimeLimitedDataProtector ProtectorFor(HttpContext http, string clusterId) => protection
        .CreateProtector("new cluster", http.Features.GetRequiredFeature<WebSession>().Id, clusterId)
        .ToTimeLimitedDataProtector();

    private static CookieOptions NewOptions(HttpContext http) => PageAuthentication.NewCookie(Name).Build(http);
}
