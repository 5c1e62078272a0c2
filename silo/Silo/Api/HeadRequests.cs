namespace OrleansHybrid.Silo.Api;

/// <summary>
/// Answers HEAD as GET without a body, which the web server leaves out by itself: that is how monitors ask. Not for streams, which would last, and
/// not for runners, whose calls are none of GET.
/// </summary>
internal static class HeadRequests
{
    public static Task HandleAsGetAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path;
        if (HttpMethods.IsHead(http.Request.Method)
            && !path.StartsWithSegments("/runner")
            && path.Value?.EndsWith("/events", StringComparison.Ordinal) != true)
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }
}
