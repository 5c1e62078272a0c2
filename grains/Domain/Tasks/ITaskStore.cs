using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>
/// The rows of all tasks, the truth of the system. Every call takes a list; concurrent calls share one transaction, and an
/// item that fails for its data fails alone. Throws <see cref="StoreUnavailableException"/> when the database is unavailable.
/// </summary>
public interface ITaskStore
{
    /// <summary>Stores new tasks, all or none, in order; returns them with their lanes.</summary>
    Task<IReadOnlyList<TaskState>> EnqueueAsync(IReadOnlyList<TaskToEnqueue> tasks, CancellationToken cancellationToken);

    /// <summary>
    /// The same for tasks with keys, of one project: an entry whose key is held by a task, also one of this call, is answered with
    /// that task and not stored.
    /// </summary>
    Task<IReadOnlyList<QueuedTask>> EnqueueUniqueAsync(IReadOnlyList<DeduplicatedTask> tasks, CancellationToken cancellationToken);

    /// <summary>Removes keys that no task holds any more, up to <paramref name="maxCount"/>; returns how many.</summary>
    Task<int> PurgeExpiredKeysAsync(int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Leases the first tasks of the given heads, by priority and then key, to the slots whose sessions are active and not
    /// paused; returns the leased ones in that order, at most one a slot. A lane that requires labels is passed over unless all
    /// of these sessions have them.
    /// </summary>
    Task<IReadOnlyList<ClaimedTask>> ClaimAsync(ClaimBatch batch, CancellationToken cancellationToken);

    /// <summary>The live leases that an earlier claim of this session made under this key.</summary>
    Task<IReadOnlyList<LeaseFence>> FindClaimedAsync(string sessionId, string claimKey, CancellationToken cancellationToken);

    /// <summary>Renews leases; one answer an item.</summary>
    Task<IReadOnlyList<LeaseRenewalResult>> RenewAsync(IReadOnlyList<Renewal> renewals, CancellationToken cancellationToken);

    /// <summary>Takes leases back without loss; one step an item.</summary>
    Task<IReadOnlyList<Transition<TaskState>>> ReleaseAsync(IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken);

    /// <summary>Ends attempts; one step an item.</summary>
    Task<IReadOnlyList<Transition<TaskState>>> FinishAsync(IReadOnlyList<FinishReport> reports, CancellationToken cancellationToken);

    /// <summary>Cancels tasks of one project; one step an item, rejected as not found for ids of others.</summary>
    Task<IReadOnlyList<Transition<TaskState>>> CancelAsync(
        string projectId, IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken);

    /// <summary>Expires up to <paramref name="maxCount"/> overdue leases; returns the transitions that were written.</summary>
    Task<IReadOnlyList<Transition<TaskState>>> ExpireLeasesAsync(int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Extends every live lease to at least its full time from now: after a start or a database outage, when no runner could renew.
    /// </summary>
    Task ExtendLeasesAsync(CancellationToken cancellationToken);

    /// <summary>Makes up to <paramref name="maxCount"/> due delayed tasks claimable; returns when the next one is due.</summary>
    Task<DueBatch> PromoteDelayedAsync(int maxCount, CancellationToken cancellationToken);

    /// <summary>The heads of lanes in which tasks wait.</summary>
    Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(CancellationToken cancellationToken);

    /// <summary>The heads of one cluster's lanes in which tasks wait.</summary>
    Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string clusterId, CancellationToken cancellationToken);

    /// <summary>What a runner needs for each lease, in order; leases that have ended or are stopping are left out.</summary>
    Task<IReadOnlyList<LeasedTask>> ReadAssignmentsAsync(IReadOnlyList<LeaseFence> leases, CancellationToken cancellationToken);

    /// <summary>One task of a project; null when the project has none of that id.</summary>
    Task<StoredTask?> FindAsync(string projectId, TaskId task, CancellationToken cancellationToken);

    /// <summary>What those who follow these tasks wait for; those that are not there are left out.</summary>
    Task<IReadOnlyList<TaskSnapshot>> GetSnapshotsAsync(IReadOnlyList<TaskId> tasks, CancellationToken cancellationToken);

    /// <summary>Notes how far a task is that has not ended, waiting or running; false when the project has no such task.</summary>
    Task<bool> UpdateProgressAsync(string projectId, TaskId task, int? percent, string? message, CancellationToken cancellationToken);

    /// <summary>Removes an ended task that no lease holds, its log and its events; anything else stays.</summary>
    Task DeleteAsync(string projectId, TaskId task, CancellationToken cancellationToken);

    /// <summary>A page of a project's tasks, newest first.</summary>
    Task<IReadOnlyList<StoredTask>> ListAsync(TaskFilter filter, int page, int perPage, CancellationToken cancellationToken);
}
