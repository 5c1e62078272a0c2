using Microsoft.AspNetCore.Http.Features;

namespace Orleans.Hybrid.Silo.Http;

/// <summary>
/// Refuses a body that is longer than its call allows before the call begins. One that is not even read would end the connection
/// behind an answer that seems to keep it.
/// </summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            http.Response.Headers.Connection = "close";
            return Answers.Bare(StatusCodes.Status413PayloadTooLarge).ExecuteAsync(http);
        }

        return next(http);
    }
}
