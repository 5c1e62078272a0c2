using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Systemd;

namespace OrleansHybrid.Runner.Telemetry;

/// <summary>What one runner counts in all its sessions. No label names a task, a project or anything else of a customer's.</summary>
internal sealed class RunnerMeter
{
    private const string Returned = "returned";
    private const string Lost = "lost";

    private static readonly string[] Outcomes = ["complete", "error", "timeout", "cancelled", Returned, Lost];

    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _heartbeatsFailed;
    private readonly Counter<long> _leasesLost;
    private readonly Counter<long> _logDropped;
    private readonly Counter<long> _payloadsRejected;

    public RunnerMeter(IMeterFactory meters, RunnerOptions options, RunnerHealth health)
    {
        var meter = meters.Create(RunnerHost.MeterName);
        meter.CreateObservableUpDownCounter(
            "hybrid.runner.slots", () => ReadSlots(options.Slots, health.BusySlots), "{slot}", "Places for tasks, by whether a task has one.");
        _ended = meter.CreateCounter<long>(
            "hybrid.runner.tasks.ended", "{task}", "Tasks that are over here: with their result, returned to the queue, or lost to another runner.");
        _duration = meter.CreateHistogram(
            "hybrid.runner.task.duration",
            "s",
            "How long programs ran.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] });
        _heartbeatsFailed = meter.CreateCounter<long>(
            "hybrid.runner.heartbeats.failed", "{heartbeat}", "Heartbeats that did not renew their leases.");
        _leasesLost = meter.CreateCounter<long>(
            "hybrid.runner.leases.lost", "{lease}", "Leases that ended while their task was still here.");
        _logDropped = meter.CreateCounter<long>(
            "hybrid.runner.log.dropped", "By", "Output of tasks that found no place in their logs, which say so.");
        _payloadsRejected = meter.CreateCounter<long>(
            "hybrid.runner.payloads.rejected", "{payload}", "Tasks that were not started because of what their payload is.");
    }

    /// <summary>Lets counters be seen before they have counted anything.</summary>
    public void InitializeCounters()
    {
        Array.ForEach(Outcomes, outcome => _ended.Add(0, Tag("outcome", outcome)));
        Array.ForEach(Enum.GetValues<PayloadRejectionReason>(), reason => PayloadRejected(reason, 0));
        _heartbeatsFailed.Add(0);
        _leasesLost.Add(0);
        _logDropped.Add(0);
    }

    /// <summary>An execution has ended; <paramref name="elapsed"/> is zero when its program never ran.</summary>
    public void TaskEnded(ExecutionOutcome outcome, TimeSpan elapsed)
    {
        _ended.Add(1, Tag("outcome", outcome.Disposition switch
        {
            LeaseDisposition.Complete => outcome.Status,
            LeaseDisposition.Requeue => Returned,
            LeaseDisposition.Abandon => Lost,
            _ => throw new UnreachableException($"fate {outcome.Disposition}"),
        }));
        if (elapsed > TimeSpan.Zero)
        {
            _duration.Record(elapsed.TotalSeconds);
        }
    }

    public void HeartbeatFailed() => _heartbeatsFailed.Add(1);

    public void LeaseLost() => _leasesLost.Add(1);

    public void LogDropped(long bytes) => _logDropped.Add(bytes);

    public void PayloadRejected(PayloadRejectionReason reason, int times = 1) =>
        _payloadsRejected.Add(times, Tag("reason", reason.ToString().ToLowerInvariant()));

    private static IEnumerable<Measurement<int>> ReadSlots(int all, int busy) =>
        [new(busy, Tag("state", "busy")), new(Math.Max(0, all - busy), Tag("state", "free"))];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}

/// <summary>Why a payload, or what was to be done with it, was not accepted.</summary>
internal enum PayloadRejectionReason
{
    /// <summary>The instructions carry no signature of one of the keys.</summary>
    Unsigned,

    /// <summary>None of the keys opens it.</summary>
    Unopened,

    /// <summary>It was sealed for another context.</summary>
    Elsewhere,

    /// <summary>Its time has passed.</summary>
    Expired,

    /// <summary>It was started as often as it may be.</summary>
    Spent,
}
