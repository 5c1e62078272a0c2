using System.Globalization;

namespace OrleansHybrid.Primitives.Configuration;

/// <summary>OpenTelemetry's standard variables, as all programs read them.</summary>
public static class TelemetrySettings
{
    /// <summary>True when something is sent to an OTLP endpoint.</summary>
    /// <param name="settings">Gives a variable.</param>
    /// <param name="signal">TRACES or METRICS.</param>
    public static bool HasEndpoint(Func<string, string?> settings, string signal)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return !string.IsNullOrEmpty(settings("OTEL_EXPORTER_OTLP_ENDPOINT")) || !string.IsNullOrEmpty(settings($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"));
    }

    /// <summary>The share of traces that is recorded, from 0 to 1; 1 where none, or nothing of that kind, is set.</summary>
    /// <param name="settings">Gives a variable.</param>
    public static double ReadSamplingRatio(Func<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return double.TryParse(settings("OTEL_TRACES_SAMPLER_ARG"), NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1
            ? ratio
            : 1;
    }
}
