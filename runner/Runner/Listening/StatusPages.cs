using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Runner.Metrics;
using OrleansHybrid.Runner.Supervision;

namespace OrleansHybrid.Runner.Listening;

/// <summary>The three pages that a runner shows: metrics, whether it is alive, whether it takes tasks.</summary>
internal sealed class StatusPages(Exposition metrics, Vitals vitals, Readiness readiness) : IHttpApplication<IFeatureCollection>
{
    private const string Plain = "text/plain; charset=utf-8";

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var page = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? await PageAsync(request.Path)
            : new Page(StatusCodes.Status405MethodNotAllowed, "only GET");
        var body = Encoding.UTF8.GetBytes(page.Text);
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = page.Status;
        response.Headers.ContentType = page.Type;
        response.Headers.ContentLength = body.Length;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body);
    }

    private async Task<Page> PageAsync(string path) => path switch
    {
        "/metrics" => new Page(StatusCodes.Status200OK, metrics.Write(), Exposition.ContentType),
        "/healthz" => Health(vitals.IsAlive ? null : "no progress"),
        "/readyz" => Health(await readiness.WhyNotAsync()),
        _ => new Page(StatusCodes.Status404NotFound, "there are /metrics, /healthz and /readyz\n"),
    };

    private static Page Health(string? trouble) => trouble is null
        ? new Page(StatusCodes.Status200OK, "ok\n")
        : new Page(StatusCodes.Status503ServiceUnavailable, $"{trouble}\n");

    private sealed record Page(int Status, string Text, string Type = Plain);
}
