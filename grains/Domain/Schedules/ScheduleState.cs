namespace OrleansHybrid.Domain.Schedules;

/// <summary>One schedule, whole but for its payload.</summary>
public sealed record ScheduleState
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The schedule as requested.</summary>
    public required ScheduleSpec Spec { get; init; }

    /// <summary>Where its runs are counted from: the grid is this time and whole multiples of the pace after it.</summary>
    public required DateTimeOffset StartAt { get; init; }

    /// <summary>Where it stands.</summary>
    public SchedulePhase Phase { get; init; } = SchedulePhase.Scheduled;

    /// <summary>Why it is in this phase, or why its last run was skipped; else empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>When the next run is due; null unless it is <see cref="SchedulePhase.Scheduled"/>.</summary>
    public DateTimeOffset? NextStart { get; init; }

    /// <summary>When it last queued a task; null before the first.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>How many runs came due and queued a task; those by hand are not counted.</summary>
    public int RunCount { get; init; }

    /// <summary>How many runs could not queue a task.</summary>
    public int ErrorCount { get; init; }

    /// <summary>How many runs were skipped because too many of its tasks had not ended.</summary>
    public int SkipCount { get; init; }

    /// <summary>How often one late run stood for more that had been missed.</summary>
    public int CollapseCount { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How often its row was written: what was decided on an older one is not written.</summary>
    public int Version { get; init; }
}

/// <summary>Where a schedule stands. The numbers are stored; the last two are final.</summary>
public enum SchedulePhase
{
    /// <summary>It runs when it is due.</summary>
    Scheduled = 0,

    /// <summary>It is paused until it is resumed.</summary>
    Paused = 1,

    /// <summary>A run could not queue its task; it waits until it is resumed.</summary>
    Error = 2,

    /// <summary>It has had all of its runs.</summary>
    Complete = 3,

    /// <summary>A caller ended it.</summary>
    Cancelled = 4,
}

/// <summary>Questions about a <see cref="SchedulePhase"/>.</summary>
public static class SchedulePhases
{
    /// <summary>True for a phase that never changes again.</summary>
    public static bool IsFinal(this SchedulePhase phase) => phase >= SchedulePhase.Complete;
}
