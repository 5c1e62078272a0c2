using System.Diagnostics.Metrics;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Silo.LongPolling;

namespace OrleansHybrid.Silo.Telemetry;

/// <summary>Gauges of this silo's current state.</summary>
internal sealed class SiloMeter
{
    public SiloMeter(IMeterFactory meters, LongPollDispatcher dispatcher)
    {
        var meter = meters.Create(TaskMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            "hybrid.polls.pending", () => dispatcher.PendingCount, "{poll}", "Long polls of runners that this silo holds open.");
        meter.CreateObservableUpDownCounter(
            "hybrid.runners.connected",
            () => dispatcher.Sessions.Distinct(StringComparer.Ordinal).Count(),
            "{runner}",
            "Runners whose long polls this silo holds open.");
    }
}
