using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansHybrid.Runner.Telemetry;

/// <summary>
/// Metrics and traces by OpenTelemetry. Nothing is measured or recorded unless <c>METRICS</c> or an endpoint for OTLP is set.
/// </summary>
internal static class TelemetryExtensions
{
    private const string VariablePrefix = "OTEL_";

    /// <summary>Takes OpenTelemetry's standard variables from the environment, and no others.</summary>
    public static void AddTelemetryVariables(this IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(
        new ConfigurationBuilder().AddEnvironmentVariables().Build().AsEnumerable()
            .Where(variable => variable.Key.StartsWith(VariablePrefix, StringComparison.Ordinal)));

    /// <summary>Adds what is set.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, RunnerOptions options, IConfiguration configuration)
    {
        var (hasTraces, hasMetrics) = (HasEndpoint(configuration, "TRACES"), HasEndpoint(configuration, "METRICS"));
        if (!hasTraces && !hasMetrics && options.MonitoringEndpoint is null)
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry().ConfigureResource(
            resource => resource.AddService("hybrid-runner", serviceVersion: ProductInfo.Version).AddEnvironmentVariableDetector());
        if (hasTraces)
        {
            telemetry.WithTracing(traces => traces.AddSources(configuration).AddOtlpExporter());
        }

        if (hasMetrics || options.MonitoringEndpoint is not null)
        {
            telemetry.WithMetrics(metrics => metrics
                .AddMeter(RunnerHost.MeterName)
                .AddExporters(hasMetrics, options.MonitoringEndpoint is not null));
        }

        return services;
    }

    private static TracerProviderBuilder AddSources(this TracerProviderBuilder traces, IConfiguration configuration)
    {
        var ours = new TraceIdRatioBasedSampler(TelemetrySettings.ReadSamplingRatio(name => configuration[name]));
        return traces.SetSampler(new ParentBasedSampler(ours, remoteParentSampled: ours)).AddSource(RunnerHost.ActivitySourceName);
    }

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

    private static bool HasEndpoint(IConfiguration configuration, string signal) =>
        TelemetrySettings.HasEndpoint(name => configuration[name], signal);
}
