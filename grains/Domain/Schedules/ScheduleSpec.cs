using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>The request for a schedule: which tasks, and when. The payload is kept beside it, as bytes.</summary>
public sealed record ScheduleSpec
{
    /// <summary>The shortest time between two runs, in seconds.</summary>
    public const int MinEverySeconds = 60;

    /// <summary>The project that it belongs to.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The cluster of its tasks.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The name of the code package that its tasks run, in the revision that is current then.</summary>
    public required string CodeName { get; init; }

    /// <summary>The priority of its tasks; null for the code's.</summary>
    public int? Priority { get; init; }

    /// <summary>How long each task may run, in seconds; null for the longest that the cluster allows.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>The label of its tasks.</summary>
    public string Label { get; init; } = "";

    /// <summary>The labels that its tasks require of a runner beyond those of their code.</summary>
    public LabelSet RequiredLabels { get; init; } = LabelSet.None;

    /// <summary>A name, for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>Seconds from one run to the next; 0 when it has no such pace.</summary>
    public int EverySeconds { get; init; }

    /// <summary>The cron expression of its runs; empty when it has none.</summary>
    public string Cron { get; init; } = "";

    /// <summary>The IANA time zone of the cron expression; empty for UTC.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>After how many runs it is complete; 0 for no limit.</summary>
    public int RunTimes { get; init; }

    /// <summary>No run is due after this; null for no end.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>How long its start was put off when it was made, in seconds.</summary>
    public int DelaySeconds { get; init; }

    /// <summary>How long each of its tasks is held back, in seconds.</summary>
    public int TaskDelaySeconds { get; init; }

    /// <summary>A run is skipped while so many of its tasks have not ended; 0 for no limit.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>False for a schedule of a single run.</summary>
    public bool Repeats => EverySeconds > 0 || Cron.Length > 0;

    /// <summary>The task of one run.</summary>
    public TaskSpec CreateTaskSpec(string scheduleId, TaskDefaults defaults, int delaySeconds) =>
        defaults.CreateSpec(ProjectId, ClusterId, CodeName, Priority, TimeoutSeconds) with
        {
            DelaySeconds = delaySeconds,
            Label = Label,
            RequiredLabels = defaults.RequiredLabels.Union(RequiredLabels),
            ScheduleId = scheduleId,
        };
}
