using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// Turns every exception into a response: JSON with a message, or an error page where a page was asked for, and a fault of the caller never
/// a 5xx, which published clients would repeat. Logs by itself: the framework does not log what is handled.
/// </summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var (request, headers) = (httpContext.Request, httpContext.Response.Headers);
        var endpoint = httpContext.Features.GetRequiredFeature<IExceptionHandlerFeature>().Endpoint;
        var result = exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }
            ? RequestSizeMiddleware.TooLarge(httpContext, endpoint)
            : ApiResults.FromException(exception);
        switch (result.Status)
        {
            case StatusCodes.Status503ServiceUnavailable:
                Unavailable(request.Method, request.Path, exception.Message);
                headers.RetryAfter = ApiResults.GetRetryAfterSeconds(exception).ToString(CultureInfo.InvariantCulture);
                if (exception is OverBudgetException)
                {
                    // The rest of the body is not waited for.
                    headers.Connection = "close";
                }

                break;
            case StatusCodes.Status500InternalServerError:
                Failed(request.Method, request.Path, exception);
                break;
        }

        await (PageHeaders.AppliesTo(endpoint) ? ErrorPages.FromException(exception, result.Status) : result).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception processing {Method} {Path}")]
    private partial void Failed(string method, string path, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} returned 503: {Reason}")]
    private partial void Unavailable(string method, string path, string reason);
}
