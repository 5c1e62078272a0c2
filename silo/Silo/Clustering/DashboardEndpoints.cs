using Orleans.Dashboard;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// The Orleans dashboard. It has no authentication and can stream logs: so it is mounted for operators
/// only, and its trace stays off.
/// </summary>
internal static class DashboardEndpoints
{
    // It styles elements as it goes and has its small pictures in its style sheet; scripts are its own only.
    private const string ContentPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void AddDashboardPages(this ISiloBuilder silo) => silo.AddDashboard(pages =>
    {
        pages.HideTrace = true;

        // It samples whether somebody looks or not; the usual second is much for a silo that idles.
        pages.CounterUpdateIntervalMs = 10_000;
    });

    public static void MapDashboard(this WebApplication app) => app.MapOrleansDashboard("/orleans")
        .RequireAuthorization(SecurityServices.Operators)
        .AddEndpointFilter((context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return next(context);
        });
}
