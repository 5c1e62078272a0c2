using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Schedules;

/// <summary>
/// The rows of schedules. A change is written only if the row is unchanged since it was read, together with the task that
/// follows: both or neither. Throws <see cref="StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface IScheduleStore
{
    /// <summary>The clock by which schedules come due.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores new schedules of one project, all or none; false when more than <paramref name="maxActive"/> of it would not have ended.
    /// </summary>
    Task<bool> AddAsync(IReadOnlyList<StoredSchedule> schedules, int maxActive, CancellationToken cancellationToken);

    /// <summary>
    /// Decides about one schedule and writes what follows; rejected as not found for ids of other projects. With
    /// <paramref name="payload"/>, a change that is written replaces the payload, too.
    /// </summary>
    Task<Transition<ScheduleState>> ChangeAsync(
        string projectId, string scheduleId, ScheduleDecision decide, byte[]? payload, CancellationToken cancellationToken);

    /// <summary>
    /// Runs up to <paramref name="maxCount"/> schedules that are due, the longest overdue first, in one transaction; returns when
    /// the next one is due. Schedules that another silo is running are skipped. <paramref name="beginTrace"/> gives the W3C trace context of
    /// a task that is to be queued, empty for none; it may be asked again for the same schedule.
    /// </summary>
    Task<DueBatch> RunDueAsync(int maxCount, Func<TaskId> newTask, Func<TaskState, string> beginTrace, CancellationToken cancellationToken);

    /// <summary>One schedule of a project; null when the project has none of that id.</summary>
    Task<StoredSchedule?> FindAsync(string projectId, string scheduleId, CancellationToken cancellationToken);

    /// <summary>A page of a project's schedules, newest first.</summary>
    Task<IReadOnlyList<StoredSchedule>> ListAsync(string projectId, int page, int perPage, CancellationToken cancellationToken);

    /// <summary>A page of the tasks that a schedule queued, and of their retries, newest first.</summary>
    Task<IReadOnlyList<StoredTask>> ListRunsAsync(
        string projectId, string scheduleId, int page, int perPage, CancellationToken cancellationToken);
}

/// <summary>A schedule as stored, with its payload.</summary>
public sealed record StoredSchedule(ScheduleState State, byte[] Payload);

/// <summary>Decides a schedule's transition in this context at this time.</summary>
public delegate Transition<ScheduleState> ScheduleDecision(ScheduleState schedule, ScheduleContext context, DateTimeOffset now);
