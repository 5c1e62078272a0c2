using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Orleans.Hybrid.Domain.Steps;

namespace Orleans.Hybrid.Silo.Web;

/// <summary>
/// Server-sent events for a page that is being looked at. A stream looks once a second and ends after a minute: the
/// browser then asks again, with its cookie and the last event's id, so that whoever may no longer look is found out.
/// </summary>
internal sealed class LiveEvents(Leaving leaving, TimeProvider time)
{
    private const string Type = "text/event-stream";
    private const int Looks = 60;
    private const int LooksBetweenSigns = 15;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>True for a request that a page's script sends to hear of news.</summary>
    public static bool AreAskedFor(HttpContext http) => http.Request.Headers.Accept is [Type];

    /// <summary>Where a stream goes on: after the last event that arrived, or else where the page was read.</summary>
    public static string MarkIn(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : request.Query["mark"].ToString();

    /// <summary>The last event of a stream that has no more news, ever.</summary>
    public static SseItem<string> End { get; } = new("", "end");

    /// <summary>A stream of what <paramref name="look"/> finds.</summary>
    public IResult From(Func<CancellationToken, Task<IReadOnlyList<SseItem<string>>>> look, CancellationToken gone) =>
        Results.ServerSentEvents(WatchAsync(look, gone));

    private async IAsyncEnumerable<SseItem<string>> WatchAsync(
        Func<CancellationToken, Task<IReadOnlyList<SseItem<string>>>> look,
        [EnumeratorCancellation] CancellationToken gone)
    {
        using var ticks = new PeriodicTimer(Pause, time);
        for (var i = 0; i < Looks; i++)
        {
            if (i % LooksBetweenSigns == 0)
            {
                // The first sends the headers; the others find out whether the browser is still there.
                yield return new SseItem<string>("", "alive") { ReconnectionInterval = Pause };
            }

            if (await TryAsync(look, gone) is not { } news)
            {
                yield break;
            }

            foreach (var item in news)
            {
                yield return item;
            }

            if (news is [.., { EventType: "end" }])
            {
                yield break;
            }

            if (leaving.HasBegun || !await TickAsync(ticks, gone))
            {
                yield break;
            }
        }
    }

    /// <summary>Null while the database is away: the stream ends, and the browser asks again.</summary>
    private static async Task<IReadOnlyList<SseItem<string>>?> TryAsync(
        Func<CancellationToken, Task<IReadOnlyList<SseItem<string>>>> look, CancellationToken gone)
    {
        try
        {
            return await look(gone);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer ticks, CancellationToken gone)
    {
        try
        {
            return await ticks.WaitForNextTickAsync(gone);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
