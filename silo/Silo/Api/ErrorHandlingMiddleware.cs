using System.Diagnostics;
using System.Globalization;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// The outermost step of each request: whatever goes wrong inside, the caller gets JSON with a message, and a fault of
/// the caller never a 5xx, which published clients would repeat.
/// </summary>
internal sealed partial class ErrorHandlingMiddleware(RequestDelegate next, GracefulShutdownService shutdown, ILogger<ErrorHandlingMiddleware> log)
{
    // One for all requests; a poll is often answered because this silo leaves, so that it is asked as late as possible.
    private readonly Func<object, Task> _beforeHeaders = response =>
    {
        if (shutdown.IsStopping)
        {
            ((HttpResponse)response).Headers.Connection = "close";
        }

        return Task.CompletedTask;
    };

    public async Task InvokeAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.OnStarting(_beforeHeaders, http.Response);
        try
        {
            await HandleAsync(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (Exception ex) when (!http.Response.HasStarted)
        {
            await WriteErrorAsync(http, ex);
        }
        catch (Exception ex)
        {
            Failed(http.Request.Method, http.Request.Path, ex);
            http.Abort();
        }

        // The path without its query, which may hold a token.
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Answered(http.Request.Method, http.Request.Path, http.Response.StatusCode, took);
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (CanonicalPath.Is(http))
        {
            await next(http);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        var response = http.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
        {
            await ErrorPages.WriteAsync(http, response.StatusCode);
        }
    }

    private async Task WriteErrorAsync(HttpContext http, Exception exception)
    {
        var answer = exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            ? RequestSizeMiddleware.TooLarge(http)
            : ApiResults.FromException(exception);
        switch (answer.Status)
        {
            case StatusCodes.Status503ServiceUnavailable:
                Unavailable(http.Request.Method, http.Request.Path, exception.Message);
                var seconds = ApiResults.GetRetryAfterSeconds(exception);
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                if (exception is OverBudgetException)
                {
                    // The rest of the body is not waited for.
                    http.Response.Headers.Connection = "close";
                }

                break;
            case StatusCodes.Status500InternalServerError:
                Failed(http.Request.Method, http.Request.Path, exception);
                break;
        }

        await answer.ExecuteAsync(http);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    private partial void Answered(string method, string path, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "Unhandled exception processing {Method} {Path}")]
    private partial void Failed(string method, string path, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} returned 503: {Reason}")]
    private partial void Unavailable(string method, string path, string reason);
}
