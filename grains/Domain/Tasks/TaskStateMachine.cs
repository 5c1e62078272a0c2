using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>The transitions of a task; docs/explanation/task-lifecycle.md draws them.</summary>
public static class TaskStateMachine
{
    /// <summary>A new task: claimable at once, or when its delay is over.</summary>
    public static Transition<TaskState> Enqueue(TaskId id, TaskSpec spec, DateTimeOffset now)
    {
        var task = new TaskState
        {
            Id = id,
            Spec = spec,
            CreatedAt = now,
            UpdatedAt = now,
            DueAt = spec.DelaySeconds > 0 ? now.AddSeconds(spec.DelaySeconds) : null,
        };
        return task.DueAt is null ? Transition.To(task, TaskEffect.Offered.Of(task)) : Transition.To(task);
    }

    /// <summary>A delayed task's time has come.</summary>
    public static Transition<TaskState> Promote(TaskState task, DateTimeOffset now) => task switch
    {
        { Phase: TaskPhase.Queued, Lease: null, DueAt: { } due } when due <= now => Offer(task with { DueAt = null, UpdatedAt = now }),
        _ => Transition.Stay(task),
    };

    /// <summary>Updates progress: kept until the task ends, whether it runs or not. Null changes nothing.</summary>
    public static Transition<TaskState> UpdateProgress(TaskState task, int? percent, string? message) => task.Phase.IsFinal()
        ? Transition.Stay(task)
        : Transition.To(task with { Percent = percent ?? task.Percent, Message = message ?? task.Message });

    /// <summary>A session takes the task under the next attempt and a short first lease.</summary>
    public static Transition<TaskState> Claim(TaskState task, string session, string token, DateTimeOffset now)
    {
        if (task is not { Phase: TaskPhase.Queued, Lease: null, DueAt: null })
        {
            return Transition.Reject(task, ErrorKind.Stale, $"task {task.Id} is not waiting");
        }

        var attempt = task.Attempt + 1;
        var lease = new Lease
        {
            Fence = new LeaseFence(task.Id, attempt, token, session),
            Until = now + LeasePolicy.FirstLease,
        };
        return Transition.To(task with { Attempt = attempt, Lease = lease });
    }

    /// <summary>The runner is alive and says where the task stands; the lease holds for its full time from now.</summary>
    public static Transition<TaskState> Renew(TaskState task, LeaseFence fence, TaskPhase phase, DateTimeOffset now)
    {
        if (task.Lease is not { } lease || lease.Fence != fence)
        {
            return RejectStale(task, fence);
        }

        var renewed = lease with { Confirmed = true, Until = now.AddSeconds(task.Spec.LeaseSeconds) };
        return lease.Stopping
            ? Transition.To(task with { Lease = renewed })
            : Transition.To(task with
            {
                Lease = renewed,
                Phase = phase,
                StartedAt = task.StartedAt ?? (phase == TaskPhase.Running ? now : null),
            });
    }

    /// <summary>The runner releases the task unstarted or unfinished; it does not count as a loss.</summary>
    public static Transition<TaskState> Release(TaskState task, LeaseFence fence, DateTimeOffset now) => task.Lease switch
    {
        { } lease when lease.Fence == fence => lease.Stopping ? DropLease(task) : Requeue(task, now),
        _ => RejectStale(task, fence),
    };

    /// <summary>The runner reports how its attempt ended. A late outcome, after a cancel, changes nothing but the lease.</summary>
    public static Transition<TaskState> Finish(
        TaskState task, LeaseFence fence, TaskOutcome outcome, TaskId retryId, DateTimeOffset now)
    {
        if (task.Lease is not { } lease || lease.Fence != fence)
        {
            return RejectStale(task, fence);
        }

        if (lease.Stopping)
        {
            return DropLease(task);
        }

        task = task with { Percent = outcome.Percent ?? task.Percent, Message = outcome.Progress ?? task.Message };
        var ended = End(task, outcome.Phase, Reason(task, outcome), now) with
        {
            Lease = null,
            ExitCode = outcome.ExitCode,
            DurationMilliseconds = outcome.DurationMilliseconds,
            StartedAt = task.StartedAt ?? StartOf(outcome, now),
            Digest = outcome.Digest.Length > 0 ? outcome.Digest : task.Digest,
        };
        return RetryPolicy.Allows(task, outcome)
            ? Transition.To(ended with { RetryId = retryId }, Retry(RetryPolicy.Next(task, retryId, now)))
            : Transition.To(ended);
    }

    /// <summary>A caller cancels: final at once, also while it runs; the lease stays, stopping, until the runner is done.</summary>
    public static Transition<TaskState> Cancel(TaskState task, DateTimeOffset now)
    {
        if (task.Phase.IsFinal())
        {
            return Transition.Stay(task);
        }

        var ran = task.StartedAt is { } started ? (long)(now - started).TotalMilliseconds : 0;
        var ended = End(task, TaskPhase.Cancelled, "Cancelled via API.", now) with { DurationMilliseconds = ran };
        return task.Lease is { } lease
            ? Transition.To(
                ended with { Lease = lease with { Stopping = true } },
                new TaskEffect.StopRequested(task.Spec.ClusterId, lease.Fence))
            : Transition.To(ended);
    }

    /// <summary>
    /// A caller wants it done once more, wherever it stands: another task of the same specification, which begins a chain of retries of
    /// its own. Nothing else of the first one changes.
    /// </summary>
    public static Transition<TaskState> Retry(TaskState task, TaskId id, int delaySeconds, DateTimeOffset now)
    {
        var again = Enqueue(id, task.Spec with { DelaySeconds = delaySeconds, Traceparent = "" }, now).State;
        return Transition.To(task with { RetryId = id }, Retry(again with { Lane = task.Lane, RetryOf = task.Id }));
    }

    /// <summary>Whether a task may be removed, with all that is known of it: null, or why not.</summary>
    public static DomainError? Delete(TaskState task) => task switch
    {
        { Phase: var phase } when !phase.IsFinal() =>
            new DomainError(ErrorKind.Invalid, $"task {task.Id} has not ended: cancel it first, or wait"),
        { Lease: not null } =>
            new DomainError(ErrorKind.Invalid, $"task {task.Id} was cancelled and its runner has not stopped it yet: wait"),
        _ => null,
    };

    /// <summary>The runner stopped responding: the task waits again, or ends when it has lost too many runners.</summary>
    public static Transition<TaskState> ExpireLease(TaskState task, DateTimeOffset now)
    {
        if (task.Lease is not { } lease || lease.Until > now)
        {
            return Transition.Stay(task);
        }

        if (lease.Stopping)
        {
            return DropLease(task);
        }

        var losses = task.Losses + (lease.Confirmed ? 1 : 0);
        var counted = task with { Losses = losses };
        return losses < task.Spec.MaxLosses
            ? Requeue(counted, now)
            : Transition.To(End(counted, TaskPhase.Error, $"lost its runner {losses} times", now) with { Lease = null });
    }

    /// <summary>Why it ended, and the program's last progress message, which often is the better reason.</summary>
    private static string Reason(TaskState task, TaskOutcome outcome) => outcome.Phase switch
    {
        TaskPhase.Complete => task.Message,
        TaskPhase.Error when task.Message.Length > 0 => $"{outcome.Message}: {task.Message}",
        _ => outcome.Message,
    };

    /// <summary>A program may end before a heartbeat reports its start; one that never started has no exit code.</summary>
    private static DateTimeOffset? StartOf(TaskOutcome outcome, DateTimeOffset now) =>
        outcome is { ExitCode: null, DurationMilliseconds: 0 } ? null : now.AddMilliseconds(-outcome.DurationMilliseconds);

    private static Transition<TaskState> Requeue(TaskState task, DateTimeOffset now) => Offer(task with
    {
        Phase = TaskPhase.Queued,
        Lease = null,
        DueAt = null,
        StartedAt = null,
        Percent = 0,
        Message = "",
        Digest = "",
        UpdatedAt = now,
    });

    private static Transition<TaskState> Offer(TaskState waiting) => Transition.To(waiting, TaskEffect.Offered.Of(waiting));

    private static TaskState End(TaskState task, TaskPhase phase, string message, DateTimeOffset now) => task with
    {
        Phase = phase,
        Message = message,
        DueAt = null,
        EndedAt = now,
        UpdatedAt = now,
    };

    private static Transition<TaskState> DropLease(TaskState task) => Transition.To(task with { Lease = null });

    private static Transition<TaskState> RejectStale(TaskState task, LeaseFence fence) => Transition.Reject(
        task, ErrorKind.Stale, $"attempt {fence.Attempt} of task {fence.Task} no longer holds the lease");

    private static TaskEffect.Retried Retry(TaskState task) => new(task);
}
