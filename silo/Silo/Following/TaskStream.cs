using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Silo.Http;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Following;

/// <summary>
/// One task as server-sent events until it is over: its status, and its log from where the reader is. A stream that is cut can be
/// taken up where it was, at any silo.
/// </summary>
internal sealed class TaskStream(TaskStreams parts, string projectId, TaskId id, bool withLog) : IResult
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly JsonAnswer TooMany = Answers.Message(
        $"You follow {StreamPlaces.MostOfUser} tasks here already: end one of these streams, or ask for the task itself",
        StatusCodes.Status403Forbidden);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = parts.Places.TryTake(httpContext.Caller().Id);
        if (place is null)
        {
            await TooMany.ExecuteAsync(httpContext);
            return;
        }

        using var followed = parts.Followed.Follow(id);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, parts.Leaving.Begun);
        try
        {
            await TellAsync(httpContext, followed, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has gone, or this silo goes, and another one takes the stream up.
        }
    }

    private async Task TellAsync(HttpContext http, FollowedTask followed, CancellationToken gone)
    {
        var writer = new EventWriter(http.Response);
        var log = new LogTelling(parts.Logs, writer, id, EventId.Last(http.Request));
        var telling = new TaskTelling(parts, writer, followed, withLog ? log : null, projectId, id);

        // Also when this silo goes: readers that meet anything but a stream may give up for good.
        await writer.BeginAsync(ComeBack, http.RequestAborted);
        while (true)
        {
            var changed = followed.Changed;
            try
            {
                if (await parts.Lookups.CallerAsync(http.Request, gone) is null)
                {
                    return;
                }

                if (!await telling.TellAsync(log.At, gone))
                {
                    await writer.SendAsync(TaskNews.End, log.At, gone);
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                // Readers that meet a refusal may give up for good: the stream waits for the database instead.
                changed = Task.Delay(ComeBack, parts.Time, gone);
            }

            await changed.WaitAsync(Beat, parts.Time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            gone.ThrowIfCancellationRequested();
            if (!changed.IsCompleted)
            {
                await writer.BeatAsync(gone);
            }
        }
    }
}
