using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Following;

/// <summary>What one reader is told of something that changes.</summary>
internal interface IStreamedEvents : IDisposable
{
    /// <summary>Ends with the next change; asked for before the news are told, so that none is missed.</summary>
    Task Changed { get; }

    /// <summary>Tells what is new; false once all is told, the end included.</summary>
    Task<bool> TellAsync(EventWriter writer, CancellationToken cancellationToken);
}

/// <summary>
/// All streams of server-sent events, of the API and of the page: each has a place, shows every 15 s that it lives, and ends with its session,
/// with this silo, or with a reader that takes nothing.
/// </summary>
internal sealed class EventStreams(StreamPlaces places, Leaving leaving, TimeProvider time)
{
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ComeBackToFull = TimeSpan.FromSeconds(10);

    /// <summary>Streams to whoever calls, until something ends it.</summary>
    /// <param name="http">The call.</param>
    /// <param name="mayStay">Whether the caller may still see this.</param>
    /// <param name="refuse">What is said when there is no place: true when the user has taken them all.</param>
    /// <param name="open">Begins to watch.</param>
    public async Task RunAsync(
        HttpContext http,
        Func<CancellationToken, ValueTask<bool>> mayStay,
        Func<bool, IResult> refuse,
        Func<IStreamedEvents> open)
    {
        using var place = places.TryTake(http.Caller().Id, out var byUser);
        if (place is null)
        {
            http.Response.Headers.RetryAfter = $"{ComeBackToFull.TotalSeconds:0}";
            await refuse(byUser).ExecuteAsync(http);
            return;
        }

        using var events = open();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, leaving.Begun);
        try
        {
            await TellAsync(http, mayStay, events, ending.Token);
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

    private async Task TellAsync(
        HttpContext http, Func<CancellationToken, ValueTask<bool>> mayStay, IStreamedEvents events, CancellationToken cancellationToken)
    {
        var writer = new EventWriter(http.Response, time);
        long? seen = null;

        // Also when this silo goes: readers that meet anything but a stream may give up for good.
        await writer.BeginAsync(ComeBack, http.RequestAborted);
        while (true)
        {
            var changed = events.Changed;
            try
            {
                if (seen is not { } at || time.GetElapsedTime(at) >= BetweenChecks)
                {
                    seen = time.GetTimestamp();
                    if (!await mayStay(cancellationToken))
                    {
                        return;
                    }
                }

                if (!await events.TellAsync(writer, cancellationToken))
                {
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                // Readers that meet a refusal may give up for good: the stream waits for the database instead.
                (changed, seen) = (Task.Delay(ComeBack, time, cancellationToken), null);
            }

            await changed.WaitAsync(Beat, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!changed.IsCompleted)
            {
                await writer.BeatAsync(cancellationToken);
            }
        }
    }
}
