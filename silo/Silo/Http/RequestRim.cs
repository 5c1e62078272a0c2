using System.Diagnostics;
using Orleans.Hybrid.Domain.Steps;

namespace Orleans.Hybrid.Silo.Http;

/// <summary>
/// The outermost step of each request: whatever goes wrong inside, the caller gets JSON with a message, and a fault of
/// the caller never a 5xx, which published clients would repeat.
/// </summary>
internal sealed partial class RequestRim(RequestDelegate next, ILogger<RequestRim> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await AnswerAsync(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception trouble) when (!http.Response.HasStarted)
        {
            await ExplainAsync(http, trouble);
        }
        catch (Exception trouble)
        {
            Failed(http.Request.Method, http.Request.Path, trouble);
            http.Abort();
        }

        // The path without its query, which may hold a token.
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Answered(http.Request.Method, http.Request.Path, http.Response.StatusCode, took);
    }

    private async Task AnswerAsync(HttpContext http)
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
            await Answers.Bare(response.StatusCode).ExecuteAsync(http);
        }
    }

    private async Task ExplainAsync(HttpContext http, Exception trouble)
    {
        var answer = trouble switch
        {
            RefusedException bad => Answers.Refused(bad.Refusal),
            BadHttpRequestException bad => Answers.Bare(bad.StatusCode),
            StoreUnavailableException => Answers.Message(
                "The database does not answer: come again", StatusCodes.Status503ServiceUnavailable),
            _ => Answers.Bare(StatusCodes.Status500InternalServerError),
        };
        if (trouble is StoreUnavailableException)
        {
            http.Response.Headers.RetryAfter = "1";
            Unavailable(http.Request.Method, http.Request.Path, trouble.Message);
        }
        else if (trouble is not (RefusedException or BadHttpRequestException))
        {
            Failed(http.Request.Method, http.Request.Path, trouble);
        }

        await answer.ExecuteAsync(http);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} {Status} in {Milliseconds:0.0} ms")]
    private partial void Answered(string method, string path, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed: this is a bug")]
    private partial void Failed(string method, string path, Exception trouble);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Path} found no database: {Reason}")]
    private partial void Unavailable(string method, string path, string reason);
}
