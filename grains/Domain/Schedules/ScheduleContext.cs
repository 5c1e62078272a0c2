using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>
/// The facts that a run needs beside its schedule: the defaults of code and cluster (null: one of them no longer exists), and, where the schedule
/// has a limit, how many of its tasks have not ended.
/// </summary>
public sealed record ScheduleContext(TaskDefaults? Defaults, int OpenTasks);
