using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>
/// One task as server-sent events until it is over: its status, and its log from where the reader is. A stream that is cut can be
/// taken up where it was, at any silo.
/// </summary>
internal sealed class TaskEventStreamResult(TaskEventServices services, string projectId, TaskId id, bool withLog) : IResult
{
    // 403 has the published .NET client ask for the task itself instead; it would wait for a 503 to pass.
    private static readonly ApiResult TooManyOfUser = ApiResults.Message(
        $"You have {StreamLimiter.MaxPerUser} event streams open here already: close one of them, or poll the task",
        StatusCodes.Status403Forbidden);

    private static readonly ApiResult TooMany = ApiResults.Message(
        $"{StreamLimiter.MaxTotal} event streams are open here: retry later, or poll the task",
        StatusCodes.Status503ServiceUnavailable);

    /// <summary>The response where no more streams are taken: <paramref name="byUser"/> when the limit is the user's own.</summary>
    public static ApiResult RejectTooMany(bool byUser) => byUser ? TooManyOfUser : TooMany;

    public Task ExecuteAsync(HttpContext httpContext) => services.Streams.RunAsync(
        httpContext,
        async cancellationToken => RequestCredentials.UserToken(httpContext.Request) is { } token
            && await services.Cache.FindUserAsync(token, cancellationToken) is not null,
        RejectTooMany,
        () => new TaskEventSource(services, services.Watcher.Subscribe(id), projectId, StreamCursor.FromRequest(httpContext.Request), withLog));
}
