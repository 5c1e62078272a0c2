using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Metrics;

/// <summary>What one runner counts in all its sessions. No label names a task, a project or anything else of a customer's.</summary>
internal sealed class RunnerMeter
{
    private const string Returned = "returned";
    private const string Lost = "lost";

    private static readonly string[] Statuses = ["complete", "error", "timeout", "cancelled", Returned, Lost];

    private readonly Counter<long> _tasks;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _renewFailures;
    private readonly Counter<long> _leasesLost;
    private readonly Counter<long> _logDropped;
    private readonly Counter<long> _refused;

    public RunnerMeter()
    {
        Meter = new Meter("OrleansHybrid.Runner", ProductInfo.Version, tags: null, scope: this);
        Meter.CreateObservableGauge(
            "hybrid_build_info", () => new Measurement<int>(1, Label("version", ProductInfo.Version)), null, "Always 1; which version this is.");
        Meter.CreateObservableGauge("hybrid_runner_slots", ReadSlots, null, "Places for tasks, by whether a task has one.");
        _tasks = Meter.CreateCounter<long>(
            "hybrid_tasks_total", null, "Tasks that are over here: with their result, returned to the queue, or lost to another runner.");
        _duration = Meter.CreateHistogram(
            "hybrid_task_duration_seconds",
            "s",
            "How long programs ran.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] });
        _renewFailures = Meter.CreateCounter<long>("hybrid_lease_renew_failures_total", null, "Heartbeats that did not renew their leases.");
        _leasesLost = Meter.CreateCounter<long>("hybrid_leases_lost_total", null, "Leases that ended while their task was still here.");
        _logDropped = Meter.CreateCounter<long>(
            "hybrid_log_bytes_dropped_total", "By", "Output of tasks that found no place in their logs, which say so.");
        _refused = Meter.CreateCounter<long>("hybrid_decrypt_failures_total", null, "Tasks that were not started because of what their payload is.");
    }

    /// <summary>What to listen to.</summary>
    public Meter Meter { get; }

    /// <summary>How many slots there are and how many are taken right now.</summary>
    public Func<(int All, int Taken)> Slots { get; set; } = () => (0, 0);

    /// <summary>Lets counters be seen before they have counted anything.</summary>
    public void InitializeCounters()
    {
        Array.ForEach(Statuses, status => _tasks.Add(0, Label("status", status)));
        Array.ForEach(Enum.GetValues<PayloadRejectionReason>(), fault => PayloadRejected(fault, 0));
        _renewFailures.Add(0);
        _leasesLost.Add(0);
        _logDropped.Add(0);
    }

    /// <summary>An execution has ended; <paramref name="elapsed"/> is zero when its program never ran.</summary>
    public void TaskEnded(ExecutionOutcome outcome, TimeSpan elapsed)
    {
        _tasks.Add(1, Label("status", outcome.Disposition switch
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

    public void RenewalFailed() => _renewFailures.Add(1);

    public void LeaseLost() => _leasesLost.Add(1);

    public void LogDropped(long bytes) => _logDropped.Add(bytes);

    public void PayloadRejected(PayloadRejectionReason reason, int times = 1) => _refused.Add(times, Label("reason", reason.ToString().ToLowerInvariant()));

    private IEnumerable<Measurement<int>> ReadSlots()
    {
        var (all, taken) = Slots();
        return [new(taken, Label("state", "busy")), new(Math.Max(0, all - taken), Label("state", "free"))];
    }

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
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
