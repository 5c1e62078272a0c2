using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Schedules;

/// <summary>Reads the view <c>schedule_states</c>, whose columns stand in this order in both databases, and names them.</summary>
internal static class ScheduleRows
{
    /// <summary>How many columns the view has: what a query adds comes behind.</summary>
    public const int Width = 28;

    /// <summary>One schedule and its payload.</summary>
    public static StoredSchedule ReadStored(DbDataReader row) => new(Read(row), row.GetByteArray(Width));

    /// <summary>One schedule.</summary>
    public static ScheduleState Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Spec = ReadSpec(row),
        StartAt = row.GetTime(6),
        Phase = (SchedulePhase)row.GetInt32(7),
        Message = row.GetString(8),
        NextStart = row.GetTimeOrNull(9),
        LastRunAt = row.GetTimeOrNull(10),
        RunCount = row.GetInt32(11),
        ErrorCount = row.GetInt32(12),
        SkipCount = row.GetInt32(13),
        CollapseCount = row.GetInt32(14),
        CreatedAt = row.GetTime(15),
        UpdatedAt = row.GetTime(16),
        Version = row.GetInt32(17),
    };

    /// <summary>The context of a run.</summary>
    public static ScheduleContext ReadContext(DbDataReader row) => new(
        row.IsDBNull(18) || row.IsDBNull(21)
            ? null
            : new TaskDefaults
            {
                CodeId = row.GetString(18),
                CodeRev = row.GetInt32(19),
                DefaultPriority = row.GetInt32(20),
                MaxTimeoutSeconds = row.GetInt32(21),
                Retries = row.GetInt32(22),
                RetriesDelaySeconds = row.GetInt32(23),
                LeaseSeconds = row.GetInt32(24),
                MaxLosses = row.GetInt32(25),
                RequiredLabels = LabelSet.Parse(row.GetString(26)),
            },
        row.GetInt32(27));

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
        ("max_concurrency", schedule.Spec.MaxConcurrency),
        ("spec", StoredSpec.Format(schedule.Spec)),
        ("start_at", schedule.StartAt.ToStored()),
    ];

    private static ScheduleSpec ReadSpec(DbDataReader row) => StoredSpec.ParseSchedule(row.GetString(5)) with
    {
        ProjectId = row.GetString(1),
        ClusterId = row.GetString(2),
        CodeName = row.GetString(3),
        MaxConcurrency = row.GetInt32(4),
    };
}
