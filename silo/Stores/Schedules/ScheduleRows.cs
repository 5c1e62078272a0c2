using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Schedules;

/// <summary>Reads the view <c>schedule_states</c>, whose columns stand in this order in both databases, and names them.</summary>
internal static class ScheduleRows
{
    /// <summary>How many columns the view has: what a query adds comes behind.</summary>
    public const int Width = 39;

    /// <summary>One schedule and its payload.</summary>
    public static StoredSchedule ReadStored(DbDataReader row) => new(Read(row), row.GetByteArray(Width));

    /// <summary>One schedule.</summary>
    public static ScheduleState Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Spec = ReadSpec(row),
        StartAt = row.GetTime(16),
        Phase = (SchedulePhase)row.GetInt32(17),
        Message = row.GetString(18),
        NextStart = row.GetTimeOrNull(19),
        LastRunAt = row.GetTimeOrNull(20),
        RunCount = row.GetInt32(21),
        ErrorCount = row.GetInt32(22),
        SkipCount = row.GetInt32(23),
        CollapseCount = row.GetInt32(24),
        CreatedAt = row.GetTime(25),
        UpdatedAt = row.GetTime(26),
        Version = row.GetInt32(27),
    };

    /// <summary>The context of a run.</summary>
    public static ScheduleContext ReadContext(DbDataReader row) => new(
        row.IsDBNull(28) || row.IsDBNull(31)
            ? null
            : new TaskDefaults
            {
                CodeId = row.GetString(28),
                CodeRev = row.GetInt32(29),
                DefaultPriority = row.GetInt32(30),
                MaxTimeoutSeconds = row.GetInt32(31),
                Retries = row.GetInt32(32),
                RetriesDelaySeconds = row.GetInt32(33),
                LeaseSeconds = row.GetInt32(34),
                MaxLosses = row.GetInt32(35),
                RequiredLabels = LabelSet.Parse(row.GetString(38)),
            },
        row.GetInt32(36));

    /// <summary>The parameters of <c>schedule_add</c>.</summary>
    public static (string Name, object? Value)[] InsertValues(StoredSchedule schedule) =>
    [
        ("id", schedule.State.Id),
        ("project_id", schedule.State.Spec.ProjectId),
        .. SpecValues(schedule.State),
        .. StateValues(schedule.State),
        ("created_at", schedule.State.CreatedAt.ToStored()),
        ("payload", schedule.Payload),
    ];

    /// <summary>The parameters of <c>schedule_update</c>.</summary>
    public static (string Name, object? Value)[] UpdateValues(ScheduleState schedule, byte[]? payload) =>
        [("id", schedule.Id), ("version", schedule.Version), .. SpecValues(schedule), .. StateValues(schedule), ("payload", payload)];

    /// <summary>The parameters about where it stands.</summary>
    public static (string Name, object? Value)[] StateValues(ScheduleState schedule) =>
    [
        ("phase", (int)schedule.Phase),
        ("message", schedule.Message),
        ("next_start", schedule.NextStart?.ToStored()),
        ("last_run_at", schedule.LastRunAt?.ToStored()),
        ("run_count", schedule.RunCount),
        ("error_count", schedule.ErrorCount),
        ("skip_count", schedule.SkipCount),
        ("collapse_count", schedule.CollapseCount),
        ("updated_at", schedule.UpdatedAt.ToStored()),
    ];

    private static (string Name, object? Value)[] SpecValues(ScheduleState schedule) =>
    [
        ("cluster_id", schedule.Spec.ClusterId),
        ("code_name", schedule.Spec.CodeName),
        ("priority", schedule.Spec.Priority),
        ("timeout", schedule.Spec.TimeoutSeconds),
        ("label", schedule.Spec.Label),
        ("required_labels", schedule.Spec.RequiredLabels.Text),
        ("name", schedule.Spec.Name),
        ("run_every", schedule.Spec.EverySeconds),
        ("cron", schedule.Spec.Cron),
        ("time_zone", schedule.Spec.TimeZone),
        ("run_times", schedule.Spec.RunTimes),
        ("end_at", schedule.Spec.EndAt?.ToStored()),
        ("delay", schedule.Spec.DelaySeconds),
        ("task_delay", schedule.Spec.TaskDelaySeconds),
        ("max_concurrency", schedule.Spec.MaxConcurrency),
        ("start_at", schedule.StartAt.ToStored()),
    ];

    private static ScheduleSpec ReadSpec(DbDataReader row) => new()
    {
        ProjectId = row.GetString(1),
        ClusterId = row.GetString(2),
        CodeName = row.GetString(3),
        Priority = row.GetInt32OrNull(4),
        TimeoutSeconds = row.GetInt32OrNull(5),
        Label = row.GetString(6),
        Name = row.GetString(7),
        EverySeconds = row.GetInt32(8),
        Cron = row.GetString(9),
        TimeZone = row.GetString(10),
        RunTimes = row.GetInt32(11),
        EndAt = row.GetTimeOrNull(12),
        DelaySeconds = row.GetInt32(13),
        TaskDelaySeconds = row.GetInt32(14),
        MaxConcurrency = row.GetInt32(15),
        RequiredLabels = LabelSet.Parse(row.GetString(37)),
    };
}
