using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>The three pages that a runner shows: metrics, whether it is alive, whether it takes tasks.</summary>
internal sealed class HealthEndpoints : IHttpApplication<HttpContext>
{
    private const string MetricsPath = "/metrics";

    private readonly HealthCheckService _checks;
    private readonly RequestDelegate _pipeline;

    /// <summary>Needs the meter provider with a Prometheus exporter, of these services.</summary>
    public HealthEndpoints(HealthCheckService checks, IServiceProvider services)
    {
        _checks = checks;
        var app = new ApplicationBuilder(services);
        app.Use(RejectWritesAsync);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(http => http.Request.Path == MetricsPath);
        app.Run(RespondAsync);
        _pipeline = app.Build();
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _pipeline(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private static Task RejectWritesAsync(HttpContext http, RequestDelegate next) =>
        HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            ? next(http)
            : WriteAsync(http.Response, new EndpointResponse(StatusCodes.Status405MethodNotAllowed, "only GET"));

    private async Task RespondAsync(HttpContext http) => await WriteAsync(http.Response, http.Request.Path.Value switch
    {
        "/healthz" => await CheckAsync(RunnerHealthChecks.Live),
        "/readyz" => await CheckAsync(RunnerHealthChecks.Ready),
        _ => new EndpointResponse(StatusCodes.Status404NotFound, $"there are {MetricsPath}, /healthz and /readyz\n"),
    });

    private static async Task WriteAsync(HttpResponse response, EndpointResponse page)
    {
        var body = Encoding.UTF8.GetBytes(page.Text);
        response.StatusCode = page.Status;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private async Task<EndpointResponse> CheckAsync(string tag)
    {
        var report = await _checks.CheckHealthAsync(check => check.Tags.Contains(tag));
        return report.Status != HealthStatus.Unhealthy
            ? new EndpointResponse(StatusCodes.Status200OK, "ok\n")
            : new EndpointResponse(
                StatusCodes.Status503ServiceUnavailable,
                $"{report.Entries.Values.First(entry => entry.Status == HealthStatus.Unhealthy).Description}\n");
    }

    private sealed record EndpointResponse(int Status, string Text);
}
