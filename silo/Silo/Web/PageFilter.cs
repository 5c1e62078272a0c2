using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Web;

/// <summary>
/// For every page: only our own files may be loaded, no framing, no caching, and exceptions
/// become an error page.
/// </summary>
internal sealed partial class PageFilter(ILogger<PageFilter> log) : IEndpointFilter
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>What every page says of itself.</summary>
    public static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        AddHeaders(headers);
        try
        {
            return await next(context);
        }
        catch (ApiException ex)
        {
            return ErrorPages.Create(StatusCodes.Status400BadRequest, ex.Message);
        }
        catch (Exception ex) when (ApiResults.GetRetryReason(ex) is not null)
        {
            Unavailable(context.HttpContext.Request.Method, context.HttpContext.Request.Path, ex.Message);
            headers.RetryAfter = "1";
            return ErrorPages.Create(
                StatusCodes.Status503ServiceUnavailable, "A part of the control plane is not available: try again later.");
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method} {Path} returned 503: {Reason}")]
    private partial void Unavailable(string method, string path, string reason);
}
