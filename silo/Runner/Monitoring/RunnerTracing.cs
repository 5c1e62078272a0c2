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
        if (!TelemetrySettings.HasEndpoint(environment, "TRACES"))
        {
            return null;
        }

        var ours = new TraceIdRatioBasedSampler(TelemetrySettings.ReadSamplingRatio(environment));
        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("hybrid-runner", serviceVersion: ProductInfo.Version).AddEnvironmentVariableDetector())
            .SetSampler(new ParentBasedSampler(ours, remoteParentSampled: ours))
            .AddSource(RunnerHost.ActivitySourceName)
            .AddOtlpExporter()
            .Build();
    }
}
