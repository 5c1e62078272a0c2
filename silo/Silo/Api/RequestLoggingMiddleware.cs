using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Api;

/// <summary>The outermost step of each request: the headers that every response has, and a line in the log.</summary>
internal sealed partial class RequestLoggingMiddleware(
    RequestDelegate next, GracefulShutdownService shutdown, ILogger<RequestLoggingMiddleware> log)
{
    // One for all requests; a poll is often answered because this silo stops, so that it is asked as late as possible.
    private readonly Func<object, Task> _beforeHeaders = state =>
    {
        AddHeaders((HttpContext)state, shutdown.IsStopping);
        return Task.CompletedTask;
    };

    public async Task InvokeAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        http.Response.OnStarting(_beforeHeaders, http);
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }

        // The path without its query, which may hold a token.
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Answered(http.Request.Method, http.Request.Path, http.Response.StatusCode, took);
    }

    private static void AddHeaders(HttpContext http, bool isStopping)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (isStopping)
        {
            headers.Connection = "close";
        }

        var failed = http.Features.Get<IExceptionHandlerFeature>();
        if (failed is not null)
        {
            // Set by the framework: an error has the same headers, thrown or returned.
            headers.CacheControl = headers.Pragma = headers.Expires = default;
        }

        if (PageHeaders.AppliesTo(failed is null ? http.GetEndpoint() : failed.Endpoint))
        {
            PageHeaders.Add(headers);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    private partial void Answered(string method, string path, int status, double milliseconds);
}
