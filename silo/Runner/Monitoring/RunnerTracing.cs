using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>Sends the runner's spans by OTLP where the standard variables name an endpoint; without one nothing is recorded.</summary>
internal static class RunnerTracing
{
    /// <summary>Records until it is disposed of; null where there is no endpoint.</summary>
    public static TracerProvider? Start(Func<string, string?> environment)
    {
        if (string.IsNullOrEmpty(environment("OTEL_EXPORTER_OTLP_ENDPOINT")) && string.IsNullOrEmpty(environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")))
        {
            return null;
        }

        var ratio = double.TryParse(environment("OTEL_TRACES_SAMPLER_ARG"), NumberStyles.Float, CultureInfo.InvariantCulture, out var asked)
            && asked is >= 0 and <= 1 ? asked : 1;

        var ours = new TraceIdRatioBasedSampler(ratio);
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("hybrid-runner", serviceVersion: ProductInfo.Version).AddEnvironmentVariableDetector())
            .SetSampler(new ParentBasedSampler(ours, remoteParentSampled: ours))
            .AddSource(RunnerHost.ActivitySourceName)
            .AddOtlpExporter()
            .Build();
    }
}
