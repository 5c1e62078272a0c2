using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansHybrid.Runner.Metrics;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>The three pages that a runner shows: metrics, whether it is alive, whether it takes tasks.</summary>
internal sealed class HealthEndpoints(PrometheusTextExporter metrics, HealthCheckService checks) : IHttpApplication<IFeatureCollection>
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
            ? await GetResponseAsync(request.Path)
            : new EndpointResponse(StatusCodes.Status405MethodNotAllowed, "only GET");
        var body = Encoding.UTF8.GetBytes(page.Text);
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = page.Status;
        response.Headers.ContentType = page.Type;
        response.Headers.ContentLength = body.Length;
        await context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body);
    }

    private async Task<EndpointResponse> GetResponseAsync(string path) => path switch
    {
        "/metrics" => new EndpointResponse(StatusCodes.Status200OK, metrics.Write(), PrometheusTextExporter.ContentType),
        "/healthz" => await CheckAsync(RunnerHealthChecks.Live),
        "/readyz" => await CheckAsync(RunnerHealthChecks.Ready),
        _ => new EndpointResponse(StatusCodes.Status404NotFound, "there are /metrics, /healthz and /readyz\n"),
    };

    private async Task<EndpointResponse> CheckAsync(string tag)
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag));
        return report.Status != HealthStatus.Unhealthy
            ? new EndpointResponse(StatusCodes.Status200OK, "ok\n")
            : new EndpointResponse(
                StatusCodes.Status503ServiceUnavailable,
                $"{report.Entries.Values.First(entry => entry.Status == HealthStatus.Unhealthy).Description}\n");
    }

    private sealed record EndpointResponse(int Status, string Text, string Type = Plain);
}
