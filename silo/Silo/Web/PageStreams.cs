using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Web;

/// <summary>Server-sent events for an open page, until its session ends.</summary>
internal sealed class PageStreams(EventStreams streams, WebSessionTicketStore sessions)
{
    private const string ContentType = "text/event-stream";

    private static readonly ApiResult TooManyStreams = ApiResults.Message(
        "There are too many live pages open: close some, or reload for what is new", StatusCodes.Status503ServiceUnavailable);

    /// <summary>True for a request of a page's script for events.</summary>
    public static bool IsRequested(HttpContext http) => http.Request.Headers.Accept is [ContentType];

    /// <summary>Where a stream goes on: after the last event that arrived, or else where the page was read.</summary>
    public static string ReadCursor(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : request.Query["mark"].ToString();

    /// <summary>The last event of a stream.</summary>
    public static Task SendEndAsync(ServerSentEventWriter writer, string id, CancellationToken cancellationToken) => writer.SendTextAsync("end", id, "", cancellationToken);

    /// <summary>A stream of what is watched, for a signed-in user.</summary>
    public IResult Create(Func<IEventSource> open) => new PageStream(this, open);

    private ValueTask<bool> IsSessionAliveAsync(HttpContext http, CancellationToken cancellationToken) =>
        sessions.IsAliveAsync(http.Features.GetRequiredFeature<WebSession>(), cancellationToken);

    private sealed class PageStream(PageStreams owner, Func<IEventSource> open) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => owner.StreamAsync(httpContext, open);
    }

    private Task StreamAsync(HttpContext http, Func<IEventSource> open) =>
        streams.RunAsync(http, cancellationToken => IsSessionAliveAsync(http, cancellationToken), _ => TooManyStreams, open);
}
