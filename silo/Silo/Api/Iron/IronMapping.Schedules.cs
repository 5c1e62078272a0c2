using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Schedules.</content>
internal static partial class IronMapping
{
    // Ten years.
    private const int MaxSpanSeconds = 315_360_000;

    /// <summary>
    /// The schedule that a request asks for, but for the cluster, which is looked up; what it leaves out stays as before. 0, empty and null
    /// count as left out.
    /// </summary>
    public static ScheduleSpec ReadSchedule(IronJsonReader asked, ScheduleSpec before)
    {
        var every = NonZero(asked, "run_every", ScheduleSpec.MinEverySeconds, MaxSpanSeconds);
        var cron = asked.Text("cron", MaxNameLength);
        return before with
        {
            CodeName = asked.Text("code_name", MaxNameLength) ?? before.CodeName,
            Priority = asked.Number("priority") switch
            {
                null => before.Priority,
                (0 or 1 or 2) and var priority => (int)priority,
                _ => null,
            },
            TimeoutSeconds = asked.Number("timeout") is { } timeout and > 0
                ? (int)Math.Min(Math.Ceiling(timeout), int.MaxValue)
                : before.TimeoutSeconds,
            Label = asked.Text("label", MaxNameLength) ?? before.Label,
            RequiredLabels = ReadLabels(asked) ?? before.RequiredLabels,
            Name = asked.Text("name", MaxNameLength) ?? before.Name,
            EverySeconds = every ?? (cron is null ? before.EverySeconds : 0),
            Cron = cron ?? (every is null ? before.Cron : ""),
            TimeZone = asked.Text("timezone", MaxNameLength) ?? (every is null ? before.TimeZone : ""),
            RunTimes = NonZero(asked, "run_times", 1, int.MaxValue) ?? before.RunTimes,
            EndAt = asked.Instant("end_at") ?? before.EndAt,
            DelaySeconds = NonZero(asked, "delay", 0, MaxSpanSeconds) ?? before.DelaySeconds,
            TaskDelaySeconds = NonZero(asked, "task_delay", 0, TaskSpec.MaxDelaySeconds) ?? before.TaskDelaySeconds,
            MaxConcurrency = asked.Number("max_concurrency") is null or 0 ? before.MaxConcurrency : LimitIn(asked),
        };
    }

    /// <summary>A schedule.</summary>
    public static Wire.ScheduleInfo ToContract(StoredSchedule schedule)
    {
        var (state, spec) = (schedule.State, schedule.State.Spec);
        return new Wire.ScheduleInfo
        {
            Id = state.Id,
            ProjectId = spec.ProjectId,
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            CodeName = spec.CodeName,
            Payload = TextOf(schedule.Payload),
            Status = ToContract(state.Phase),
            Msg = state.Message,
            StartAt = state.StartAt,
            EndAt = spec.EndAt ?? DateTimeOffset.MinValue,
            NextStart = state.NextStart ?? DateTimeOffset.MinValue,
            LastRunTime = state.LastRunAt ?? DateTimeOffset.MinValue,
            RunCount = state.RunCount,
            RunTimes = spec.RunTimes,
            RunEvery = spec.EverySeconds,
            Timeout = spec.TimeoutSeconds ?? 0,
            Priority = spec.Priority ?? 0,
            Delay = spec.DelaySeconds,
            TaskDelay = spec.TaskDelaySeconds,
            MaxConcurrency = spec.MaxConcurrency,
            Cluster = spec.ClusterId,
            Label = spec.Label,
            RequiredLabels = ToContract(spec.RequiredLabels),
            ErrorCount = state.ErrorCount,
            Name = spec.Name,
            Cron = spec.Cron.Length > 0 ? spec.Cron : null,
            Timezone = spec.TimeZone.Length > 0 ? spec.TimeZone : null,
            Paused = state.Phase == SchedulePhase.Paused,
            SkipCount = state.SkipCount,
            CollapseCount = state.CollapseCount,
        };
    }

    private static string ToContract(SchedulePhase phase) => phase switch
    {
        SchedulePhase.Scheduled or SchedulePhase.Paused => "scheduled",
        SchedulePhase.Complete => "complete",
        SchedulePhase.Cancelled => "cancelled",
        SchedulePhase.Error => "error",
        _ => throw new InvalidOperationException($"schedule phase {phase}"),
    };

    private static int? NonZero(IronJsonReader asked, string name, int min, int max) =>
        asked.Number(name) is null or 0 ? null : (int?)asked.WholeNumber(name, min, max);
}
