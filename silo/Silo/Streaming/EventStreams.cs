using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>The events for one reader of something that changes.</summary>
internal interface IEventSource : IDisposable
{
    /// <summary>Completes with the next change; taken before the events are written, so that none is missed.</summary>
    Task Changed { get; }

    /// <summary>Writes what is new; false once all is written, the end included.</summary>
    Task<bool> WriteChangesAsync(ServerSentEventWriter writer, CancellationToken cancellationToken);
}

/// <summary>
/// All streams of server-sent events, of the API and of the page: each counts against a limit, sends a heartbeat every 15 s, and ends with
/// its session, with this silo, or with a reader that does not read.
/// </summary>
internal sealed class EventStreams(StreamLimiter limiter, GracefulShutdownService shutdown, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AccessCheckInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelayWhenFull = TimeSpan.FromSeconds(10);

    /// <summary>Streams to the caller until something ends it.</summary>
    /// <param name="http">The call.</param>
    /// <param name="isAuthorizedAsync">Whether the caller may still see this.</param>
    /// <param name="rejectTooMany">The response when the limit is reached: true when it is the user's own.</param>
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
            // The reader has disconnected, or this silo stops, and another one continues the stream.
        }
        catch (TimeoutException)
        {
            // Frees what is held for a reader that does not read; one that is only slow reconnects, and misses nothing.
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
                // Readers that get an error may give up for good: the stream waits for the database instead.
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
