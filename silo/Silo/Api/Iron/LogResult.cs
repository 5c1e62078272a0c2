using System.Net.Http.Headers;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// One attempt's log so far, streamed: all of it, or the range of bytes that is asked for, so that a client that polls
/// a log gets each byte once.
/// </summary>
internal sealed class LogResult(ILogStore logs, TaskState task) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.AcceptRanges = "bytes";
        if (RequestedRange(httpContext.Request) is not var (from, to))
        {
            return SendAsync(httpContext, 0, long.MaxValue);
        }

        var size = task.LogSize;
        if (from >= size)
        {
            response.Headers.ContentRange = new ContentRangeHeaderValue(size).ToString();
            var nothing = $"The log has {size} bytes so far, and none from {from} on";
            return ApiResults.Message(nothing, StatusCodes.Status416RangeNotSatisfiable).ExecuteAsync(httpContext);
        }

        var last = Math.Min(to, size - 1);
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = new ContentRangeHeaderValue(from, last, size).ToString();
        response.ContentLength = last + 1 - from;
        return SendAsync(httpContext, from, last + 1);
    }

    /// <summary>The range that is asked for; null where none is, or where the whole log is a valid response.</summary>
    private static (long From, long To)? RequestedRange(HttpRequest request) =>
        RangeHeaderValue.TryParse(request.Headers.Range, out var range)
        && range is { Unit: var unit, Ranges: { Count: 1 } ranges }
        && unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
        && ranges.Single() is { From: { } from, To: var to }
            ? (from, to ?? long.MaxValue)
            : null;

    private async Task SendAsync(HttpContext http, long from, long end)
    {
        var (response, cancel) = (http.Response, http.RequestAborted);

        // Read before the response starts, so that a database failure can still be reported.
        var piece = await logs.ReadAsync(task.Id, task.Attempt, from, cancel);
        response.ContentType = "text/plain; charset=utf-8";
        while (piece.Length > 0 && from < end)
        {
            await response.Body.WriteAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, end - from)), cancel);
            from += piece.Length;
            piece = await logs.ReadAsync(task.Id, task.Attempt, from, cancel);
        }
    }
}
