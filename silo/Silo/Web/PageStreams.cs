using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Silo.Following;
using OrleansHybrid.Silo.Http;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Web;

/// <summary>Server-sent events for a page that is being looked at, until its session ends.</summary>
internal sealed class PageStreams(EventStreams streams, PageSessions sessions)
{
    private const string Type = "text/event-stream";

    private static readonly JsonAnswer TooMany = Answers.Message(
        "There are too many live pages open: close some, or reload for what is new", StatusCodes.Status503ServiceUnavailable);

    /// <summary>True for a request that a page's script sends to hear of news.</summary>
    public static bool AreAskedFor(HttpContext http) => http.Request.Headers.Accept is [Type];

    /// <summary>Where a stream goes on: after the last event that arrived, or else where the page was read.</summary>
    public static string MarkIn(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : request.Query["mark"].ToString();

    /// <summary>The last event of a stream that has no more news, ever.</summary>
    public static Task EndAsync(EventWriter writer, string id, CancellationToken cancellationToken) => writer.SendTextAsync("end", id, "", cancellationToken);

    /// <summary>A stream of what is watched, for whoever is signed in.</summary>
    public IResult Of(Func<IStreamedEvents> open) => new PageStream(this, open);

    private ValueTask<bool> MayStayAsync(HttpContext http, CancellationToken cancellationToken) =>
        sessions.IsAliveAsync(http.Features.GetRequiredFeature<PageSession>(), cancellationToken);

    private sealed class PageStream(PageStreams all, Func<IStreamedEvents> open) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => all.StreamAsync(httpContext, open);
    }

    private Task StreamAsync(HttpContext http, Func<IStreamedEvents> open) =>
        streams.RunAsync(http, cancellationToken => MayStayAsync(http, cancellationToken), _ => TooMany, open);
}
