using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Http;

namespace OrleansHybrid.Silo.Following;

/// <summary>
/// One task as server-sent events until it is over: its status, and its log from where the reader is. A stream that is cut can be
/// taken up where it was, at any silo.
/// </summary>
internal sealed class TaskStream(TaskStreams parts, string projectId, TaskId id, bool withLog) : IResult
{
    // 403 has the published .NET client ask for the task itself instead; it would wait for a 503 to pass.
    private static readonly JsonAnswer TooManyOfUser = Answers.Message(
        $"You have {StreamPlaces.MostOfUser} streams of events open here already: end one of these streams, or ask for the task itself",
        StatusCodes.Status403Forbidden);

    private static readonly JsonAnswer TooMany = Answers.Message(
        $"{StreamPlaces.Most} streams of events are open here: come again, or ask for the task itself",
        StatusCodes.Status503ServiceUnavailable);

    public Task ExecuteAsync(HttpContext httpContext) => parts.Streams.RunAsync(
        httpContext,
        async cancellationToken => await parts.Lookups.CallerAsync(httpContext.Request, cancellationToken) is not null,
        byUser => byUser ? TooManyOfUser : TooMany,
        () => new TaskTelling(parts, parts.Followed.Follow(id), projectId, EventId.Last(httpContext.Request), withLog));
}
