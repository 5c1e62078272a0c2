using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>The three endpoints of the launcher.</summary>
internal static class LaunchEndpoints
{
    private static readonly IResult EmptyResponse = Results.Text("", "text/html; charset=utf-8");

    /// <summary>Maps them.</summary>
    public static void MapLaunchEndpoints(this WebApplication app)
    {
        app.MapPost("/run", async (HttpContext http, LaunchHandler handler, LauncherErrorHandler errors, PolicyMonitor live) =>
            await errors.InvokeAsync(http, handler.LaunchAsync) is var result && result is LauncherRejection && live.Current.Policy.Listener.SilentRejections
                ? EmptyResponse
                : result);
        app.MapGet("/run/{id}", (string id, HttpContext http, LaunchHandler handler, LauncherErrorHandler errors) =>
            errors.InvokeAsync(http, call => handler.GetAsync(call, id)));
        app.MapPost("/run/{id}/cancel", (string id, HttpContext http, LaunchHandler handler, LauncherErrorHandler errors) =>
            errors.InvokeAsync(http, call => handler.CancelAsync(call, id)));
    }

    /// <summary>Adds the headers that every response has.</summary>
    public static Task AddHeaders(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(http);
    }
}
