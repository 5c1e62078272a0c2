using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>
/// What a run finds around its schedule: what code and cluster say now (null: one of them is gone), and, where the schedule has
/// a limit, how many of its tasks have not ended.
/// </summary>
public sealed record ScheduleContext(TaskDefaults? Defaults, int OpenTasks);
