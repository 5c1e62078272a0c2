using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>A task to be stored, with its payload.</summary>
public sealed record TaskToEnqueue(TaskState State, byte[] Payload);

/// <summary>A task to be stored unless another one holds one of its keys.</summary>
public sealed record DeduplicatedTask(TaskToEnqueue Task, IReadOnlyList<DeduplicationKey> Keys);

/// <summary>What a request to queue led to: a new task, or the id of the one that held a key.</summary>
public sealed record QueuedTask(TaskId Id, TaskState? New);

/// <summary>A task as stored, with its payload.</summary>
public sealed record StoredTask(TaskState State, byte[] Payload);

/// <summary>Where a claim may take from: one lane and priority, after a key known to be claimed (0: from the start).</summary>
public sealed record LaneCursor(long Lane, int Priority, long After);

/// <summary>A free slot of a runner: the session, its claim key, and the token of the lease to be.</summary>
public sealed record ClaimSlot(string SessionId, string ClaimKey, string Token);

/// <summary>
/// A gathered claim: the first tasks of <see cref="Cursors"/> for <see cref="Slots"/>, in order. Who gathers it puts sessions together
/// that may take from the same lanes.
/// </summary>
public sealed record ClaimBatch(IReadOnlyList<LaneCursor> Cursors, IReadOnlyList<ClaimSlot> Slots);

/// <summary>A task that a claim leased, where it stood, and the claim key of its slot.</summary>
public sealed record ClaimedTask(LeasedTask Task, string ClaimKey, long Lane, int Priority, long Key)
{
    /// <summary>The lease.</summary>
    public LeaseFence Fence => Task.Fence;
}

/// <summary>A lease to renew, with what its runner says about it.</summary>
public sealed record Renewal
{
    /// <summary>The lease.</summary>
    public required LeaseFence Fence { get; init; }

    /// <summary>Queued (not begun), preparing or running.</summary>
    public required TaskPhase Phase { get; init; }

    /// <summary>Progress in percent; null for no change.</summary>
    public int? Percent { get; init; }

    /// <summary>Progress message; null for no change.</summary>
    public string? Message { get; init; }

    /// <summary>The image's digest; null for no change.</summary>
    public string? Digest { get; init; }
}

/// <summary>What became of a renewal: how long the lease now holds; null when it is lost.</summary>
public sealed record LeaseRenewalResult(TimeSpan? ValidFor, bool Stopping);

/// <summary>An attempt's end as reported, and the id that its automatic retry would get.</summary>
public sealed record FinishReport(LeaseFence Fence, TaskOutcome Outcome, TaskId RetryId);

/// <summary>Delayed tasks that came up, and how long until the next one is due (null: none waits).</summary>
public sealed record DueBatch(IReadOnlyList<TaskEffect.Offered> Offered, TimeSpan? UntilNext);

/// <summary>A lane of a cluster and a priority in which at least one task waits, and what a runner must have to take from it.</summary>
public sealed record LaneBacklog(string ClusterId, long Lane, int Priority, LabelSet RequiredLabels)
{
    /// <summary>All labels for want of which tasks of these lanes wait, with these runners.</summary>
    public static LabelSet MissingFrom(IEnumerable<LaneBacklog> lanes, IEnumerable<RunnerSession> runners)
    {
        var labels = RunnerSession.AvailableLabels(runners);
        return lanes.Select(lane => lane.RequiredLabels).Distinct()
            .Aggregate(LabelSet.None, (all, required) => all.Union(required.MissingFrom(labels)));
    }
}

/// <summary>A leased task, its payload and its code's revision: all that goes to the runner.</summary>
public sealed record LeasedTask
{
    /// <summary>The lease.</summary>
    public required LeaseFence Fence { get; init; }

    /// <summary>How long the lease still holds.</summary>
    public required TimeSpan ValidFor { get; init; }

    /// <summary>How long it has waited since it could be claimed.</summary>
    public TimeSpan WaitedFor { get; init; }

    /// <summary>The task's specification.</summary>
    public required TaskSpec Spec { get; init; }

    /// <summary>How many automatic retries came before.</summary>
    public required int RetryCount { get; init; }

    /// <summary>The payload as queued.</summary>
    public required byte[] Payload { get; init; }
}

/// <summary>Which tasks to list; null and empty mean any.</summary>
public sealed record TaskFilter
{
    /// <summary>The project; null for all projects of <see cref="UserId"/>, and then with a cluster.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Whose projects, where no one project is named.</summary>
    public string? UserId { get; init; }

    /// <summary>Any of these phases.</summary>
    public IReadOnlyList<TaskPhase> Phases { get; init; } = [];

    /// <summary>Code name.</summary>
    public string? CodeName { get; init; }

    /// <summary>Label.</summary>
    public string? Label { get; init; }

    /// <summary>Cluster id.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Queued at or after, as the id says.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Queued at or before, as the id says.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Older than this task: where the page before ended.</summary>
    public TaskId? Before { get; init; }

    /// <summary>False where payloads are not needed: they are then empty.</summary>
    public bool WithPayloads { get; init; } = true;
}
