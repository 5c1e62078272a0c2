using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Schedules;

/// <summary>A schedule in each situation that it can be in.</summary>
internal static class ScheduleExamples
{
    public const string Id = "5f5a7c1e00000000000005c4";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Start.AddMinutes(30);
    public static readonly TaskId TaskId = new("5f5a7c1e000000000000000a");

    public static readonly TaskDefaults Terms = new()
    {
        CodeId = "c0de",
        CodeRev = 7,
        DefaultPriority = 1,
        MaxTimeoutSeconds = 600,
        Retries = 2,
        RetriesDelaySeconds = 5,
        LeaseSeconds = 30,
        MaxLosses = 4,
    };

    public static readonly ScheduleContext Ground = new(Terms, OpenTasks: 0);

    public static readonly ScheduleSpec Hourly = new()
    {
        ProjectId = "project",
        ClusterId = "cluster",
        CodeName = "hello",
        EverySeconds = 3600,
    };

    public static readonly ScheduleSpec Once = Hourly with { EverySeconds = 0 };

    /// <summary>Made at <see cref="Start"/>.</summary>
    public static ScheduleState Made(ScheduleSpec spec, DateTimeOffset? startAt = null)
    {
        var step = ScheduleStateMachine.Create(Id, spec, startAt, Start);
        return step.Error is null ? step.State : throw new InvalidOperationException(step.Error.Message);
    }

    /// <summary>It ran at <see cref="Start"/>.</summary>
    public static ScheduleState Ran(ScheduleSpec spec) => Due(Made(spec), Start).State;

    public static Transition<ScheduleState> Due(ScheduleState schedule, DateTimeOffset now, ScheduleContext? ground = null) =>
        ScheduleStateMachine.RunDue(schedule, ground ?? Ground, TaskId, now);
}
