using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>What one reader is told of something that changes.</summary>
internal interface IEventSource : IDisposable
{
    /// <summary>Ends with the next change; asked for before the news are told, so that none is missed.</summary>
    Task Changed { get; }

    /// <summary>Tells what is new; false once all is told, the end included.</summary>
    Task<bool> WriteChangesAsync(ServerSentEventWriter writer, CancellationToken cancellationToken);
}

/// <summary>
/// All streams of server-sent events, of the API and of the page: each has a place, shows every 15 s that it lives, and ends with its session,
/// with this silo, or with a reader that takes nothing.
/// </summary>
internal sealed class EventStreams(StreamLimiter limiter, GracefulShutdownService shutdown, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AccessCheckInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelayWhenFull = TimeSpan.FromSeconds(10);

    /// <summary>Streams to whoever calls, until something ends it.</summary>
    /// <param name="http">The call.</param>
    /// <param name="isAuthorizedAsync">Whether the caller may still see this.</param>
    /// <param name="rejectTooMany">What is said when there is no place: true when the user has taken them all.</param>
    /// <param name="subscribe">Begins to watch.</param>
    public async Task RunAsync(
        HttpContext http,
        Func<CancellationToken, ValueTask<bool>> isAuthorizedAsync,
        Func<bool, IResult> rejectTooMany,
        Func<IEventSource> subscribe)
    {
        using var place = limiter.TryAcquire(http.Caller().Id, out var byUser);
        if (place is null)
        {
            http.Response.Headers.RetryAfter = $"{RetryDelayWhenFull.TotalSeconds:0}";
            await rejectTooMany(byUser).ExecuteAsync(http);
            return;
        }

        using var events = subscribe();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, shutdown.Stopping);
        try
        {
            await StreamAsync(http, isAuthorizedAsync, events, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has gone, or this silo goes, and another one takes the stream up.
        }
        catch (TimeoutException)
        {
            // What is held for a reader that takes nothing is given back; who is only slow comes again, and misses nothing.
            http.Abort();
        }
    }

    private async Task StreamAsync(
        HttpContext http, Func<CancellationToken, ValueTask<bool>> isAuthorizedAsync, IEventSource events, CancellationToken cancellationToken)
    {
        var writer = new ServerSentEventWriter(http.Response, time);
        long? seen = null;

        // Also when this silo goes: readers that meet anything but a stream may give up for good.
        await writer.BeginAsync(RetryDelay, http.RequestAborted);
        while (true)
        {
            var changed = events.Changed;
            try
            {
                if (seen is not { } at || time.GetElapsedTime(at) >= AccessCheckInterval)
                {
                    seen = time.GetTimestamp();
                    if (!await isAuthorizedAsync(cancellationToken))
                    {
                        return;
                    }
                }

                if (!await events.WriteChangesAsync(writer, cancellationToken))
                {
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                // Readers that meet a refusal may give up for good: the stream waits for the database instead.
                (changed, seen) = (Task.Delay(RetryDelay, time, cancellationToken), null);
            }

            await changed.WaitAsync(HeartbeatInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!changed.IsCompleted)
            {
                await writer.WriteHeartbeatAsync(cancellationToken);
            }
        }
    }
}
