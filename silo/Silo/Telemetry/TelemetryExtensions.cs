using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Telemetry;

/// <summary>
/// Metrics and traces by OpenTelemetry. Nothing is measured or recorded unless <c>HYBRID_METRICS</c> or an endpoint for OTLP is set.
/// </summary>
internal static class TelemetryExtensions
{
    private const string ScrapePath = "/metrics";

    /// <summary>True when traces are sent to an OTLP endpoint.</summary>
    public static bool ExportsTraces(this IConfiguration configuration) => HasEndpoint(configuration, "TRACES");

    /// <summary>Adds what is set.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, ServerOptions options)
    {
        var (hasTraces, hasMetrics) = (builder.Configuration.ExportsTraces(), HasEndpoint(builder.Configuration, "METRICS"));
        if (!hasTraces && !hasMetrics && options.MetricsUrl is null)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(
            resource => resource.AddService("hybrid-silo", serviceVersion: ProductInfo.Version).AddEnvironmentVariableDetector());
        if (hasTraces)
        {
            telemetry.WithTracing(traces => traces.AddSources(builder.Configuration).AddOtlpExporter());
        }

        if (hasMetrics || options.MetricsUrl is not null)
        {
            builder.Services.AddSingleton<SiloMeter>();
            telemetry.WithMetrics(metrics => metrics.AddMeters().AddExporters(hasMetrics, options.MetricsUrl is not null));
        }
    }

    /// <summary>Serves metrics at their own address, and nothing else there: by the port that a connection came in at, which no header can name.</summary>
    public static void UseMetrics(this WebApplication app, ServerOptions options)
    {
        if (options.MetricsPort is not { } port)
        {
            return;
        }

        app.MapWhen(http => http.Connection.LocalPort == port, branch => branch
            .Use((http, next) =>
            {
                if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
                {
                    return next(http);
                }

                http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                http.Response.Headers.Allow = "GET, HEAD";
                return Task.CompletedTask;
            })
            .UseOpenTelemetryPrometheusScrapingEndpoint(ScrapePath));
    }

    /// <summary>A caller's flag alone makes nothing be recorded: what the ratio leaves out stays out.</summary>
    internal static Sampler CreateSampler(IConfiguration configuration)
    {
        var ours = new TraceIdRatioBasedSampler(TelemetrySettings.ReadSamplingRatio(name => configuration[name]));
        return new ParentBasedSampler(ours, remoteParentSampled: ours);
    }

    private static MeterProviderBuilder AddMeters(this MeterProviderBuilder metrics) => metrics
        .AddMeter(TaskMetrics.MeterName, "Microsoft.Orleans")
        .AddInstrumentation(provider => provider.GetRequiredService<SiloMeter>())
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddRuntimeInstrumentation()
        .AddNpgsqlInstrumentation();

    private static void AddExporters(this MeterProviderBuilder metrics, bool byOtlp, bool byScrape)
    {
        if (byOtlp)
        {
            metrics.AddOtlpExporter();
        }

        if (byScrape)
        {
            metrics.AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false);
        }
    }

    private static TracerProviderBuilder AddSources(this TracerProviderBuilder traces, IConfiguration configuration) =>
        traces
            .SetSampler(CreateSampler(configuration))
            .AddSource(TaskActivities.SourceName, "Microsoft.Orleans.Application")
            .AddAspNetCoreInstrumentation(requests =>
            {
                requests.Filter = http => http.Request.Path.Value is not ("/healthz" or "/readyz" or ScrapePath);

                // Tokens may be there.
                requests.EnrichWithHttpRequest = (activity, _) => activity.SetTag("url.query", null);
            })
            .AddHttpClientInstrumentation()
            .AddNpgsql();

    private static bool HasEndpoint(IConfiguration configuration, string signal) =>
        TelemetrySettings.HasEndpoint(name => configuration[name], signal);
}
