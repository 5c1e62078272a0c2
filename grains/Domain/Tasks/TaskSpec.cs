using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>The request that queued a task; it never changes. The payload is kept beside it, as bytes.</summary>
public sealed record TaskSpec
{
    /// <summary>The longest that a task may run when neither it nor its cluster says otherwise, in seconds.</summary>
    public const int DefaultTimeoutSeconds = 3600;

    /// <summary>The longest delay that can be asked for, in seconds: a week.</summary>
    public const int MaxDelaySeconds = 604_800;

    /// <summary>The project that the task belongs to.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The cluster whose runners may claim it.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The code package.</summary>
    public required string CodeId { get; init; }

    /// <summary>The code's revision that was current when the task was queued.</summary>
    public required int CodeRev { get; init; }

    /// <summary>The code's name.</summary>
    public required string CodeName { get; init; }

    /// <summary>0, 1 or 2; higher runs first.</summary>
    public int Priority { get; init; }

    /// <summary>Wall time that one attempt may take, in seconds.</summary>
    public int TimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    /// <summary>How long after queueing it may first be claimed, in seconds.</summary>
    public int DelaySeconds { get; init; }

    /// <summary>A label for people and filters.</summary>
    public string Label { get; init; } = "";

    /// <summary>What it is about, for people; empty when nobody said.</summary>
    public string Title { get; init; } = "";

    /// <summary>Only a runner that has all of these may claim it: its code's, as they were then, and its own.</summary>
    public LabelSet RequiredLabels { get; init; } = LabelSet.None;

    /// <summary>The schedule that queued it, or empty.</summary>
    public string ScheduleId { get; init; } = "";

    /// <summary>The W3C trace context of the request, or of the run of a schedule, that queued it; empty without one.</summary>
    public string Traceparent { get; init; } = "";

    /// <summary>How many automatic retries may follow an error.</summary>
    public int Retries { get; init; }

    /// <summary>How long an automatic retry waits, in seconds.</summary>
    public int RetriesDelaySeconds { get; init; }

    /// <summary>How long a confirmed lease holds without renewal, in seconds.</summary>
    public int LeaseSeconds { get; init; } = LeasePolicy.DefaultLeaseSeconds;

    /// <summary>After how many lost leases the task ends in error.</summary>
    public int MaxLosses { get; init; } = LeasePolicy.DefaultMaxLosses;
}
