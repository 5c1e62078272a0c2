using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Domain.Schedules;

/// <summary>
/// What a run finds around its schedule: what code and cluster say now (null: one of them is gone), and how many tasks of the
/// schedule have not ended, counted up to its limit.
/// </summary>
public sealed record ScheduleGround(TaskTerms? Terms, int OpenTasks);
