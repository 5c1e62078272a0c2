using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// Rejects a body that is longer than its call allows before the call begins. One that is not even read would end the connection
/// behind an answer that seems to keep it.
/// </summary>
internal sealed class RequestSizeMiddleware(RequestDelegate next)
{
    /// <summary>413, with the limit of this call.</summary>
    public static ApiResult TooLarge(HttpContext http, Endpoint? endpoint)
    {
        var most = http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        var note = endpoint?.Metadata.GetMetadata<RequestSizeHint>()?.Text ?? "send less at once";
        return ApiResults.Message(
            string.Create(CultureInfo.InvariantCulture, $"The request is too large: this call accepts at most {most} bytes; {note}"),
            StatusCodes.Status413PayloadTooLarge);
    }

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            http.Response.Headers.Connection = "close";
            return TooLarge(http, http.GetEndpoint()).ExecuteAsync(http);
        }

        return next(http);
    }
}

/// <summary>The explanation of a size limit for callers that exceed it: what it is made of, and who can change it.</summary>
internal sealed record RequestSizeHint(string Text);
