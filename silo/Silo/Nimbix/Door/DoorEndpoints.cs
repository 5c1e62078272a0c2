using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>The three calls of the door.</summary>
internal static class DoorEndpoints
{
    private static readonly IResult Silence = Results.Text("", "text/html; charset=utf-8");

    /// <summary>Maps them.</summary>
    public static void MapDoor(this WebApplication app)
    {
        app.MapPost("/run", async (HttpContext http, LaunchDesk desk, DoorTrouble trouble, LivePolicy live) =>
            await trouble.GuardAsync(http, desk.LaunchAsync) is var result && result is Refusal && live.Current.Policy.Door.SilentRefusals
                ? Silence
                : result);
        app.MapGet("/run/{id}", (string id, HttpContext http, LaunchDesk desk, DoorTrouble trouble) =>
            trouble.GuardAsync(http, call => desk.LookAsync(call, id)));
        app.MapPost("/run/{id}/cancel", (string id, HttpContext http, LaunchDesk desk, DoorTrouble trouble) =>
            trouble.GuardAsync(http, call => desk.CancelAsync(call, id)));
    }

    /// <summary>What every answer says of itself.</summary>
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
