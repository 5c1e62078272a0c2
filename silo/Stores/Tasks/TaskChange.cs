using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>A decision about a stored task, as changes of rows. Both databases write it alike.</summary>
internal sealed record TaskChange(TaskState Before, TaskState After, TaskState? Retry, string Cause, bool IsRemembered)
{
    /// <summary>The cause of most ends: the runner's report.</summary>
    public const string Finished = "finished";

    /// <summary>The change that a step calls for; null when there is nothing to write.</summary>
    public static TaskChange? From(TaskState before, Transition<TaskState> transition, string cause, bool isRemembered = false) => transition.Unchanged
        ? null
        : new TaskChange(
            before, transition.State, transition.Effects.OfType<TaskEffect.Retried>().SingleOrDefault()?.Task, cause, isRemembered);

    /// <summary>The lease row goes.</summary>
    public bool DropsLease => Before.Lease is not null && After.Lease is null;

    /// <summary>The lease row stays, marked as stopping.</summary>
    public bool StopsLease => After.Lease is { Stopping: true } && Before.Lease is { Stopping: false };

    /// <summary>The task's row takes its outcome.</summary>
    public bool Ends => After.Phase.IsFinal() && !Before.Phase.IsFinal();

    /// <summary>The task waits again, under a fresh key.</summary>
    public bool Requeues => !After.Phase.IsFinal() && After.Lease is null && After.DueAt is null;

    /// <summary>The name of the event to note: what was done, or the final phase that it led to.</summary>
    public string Event => Ends ? After.Phase.ToString().ToLowerInvariant() : Cause;

    /// <summary>What led to the final phase, where that was not its runner's report; null otherwise.</summary>
    public string? EndCause => Ends && Cause != Event && Cause != Finished ? Cause : null;

    /// <summary>The task leaves the queue.</summary>
    public bool LeavesQueue => Before.Lease is null;
}
