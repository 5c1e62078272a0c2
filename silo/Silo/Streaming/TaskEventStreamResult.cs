using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>
/// One task as server-sent events until it is over: its status, and its log from where the reader is. A stream that is cut can be
/// taken up where it was, at any silo.
/// </summary>
internal sealed class TaskEventStreamResult(TaskEventServices services, string projectId, TaskId id, bool withLog) : IResult
{
    // 403 has the published .NET client ask for the task itself instead; it would wait for a 503 to pass.
    private static readonly ApiResult TooManyOfUser = ApiResults.Message(
        $"You have {StreamLimiter.MaxPerUser} streams of events open here already: end one of these streams, or ask for the task itself",
        StatusCodes.Status403Forbidden);

    private static readonly ApiResult TooMany = ApiResults.Message(
        $"{StreamLimiter.MaxTotal} streams of events are open here: come again, or ask for the task itself",
        StatusCodes.Status503ServiceUnavailable);

    public Task ExecuteAsync(HttpContext httpContext) => services.Streams.RunAsync(
        httpContext,
        async cancellationToken => await services.Cache.FindUserAsync(httpContext.Request, cancellationToken) is not null,
        byUser => byUser ? TooManyOfUser : TooMany,
        () => new TaskEventSource(services, services.Watcher.Subscribe(id), projectId, StreamCursor.FromRequest(httpContext.Request), withLog));
}
