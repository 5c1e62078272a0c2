namespace OrleansHybrid.Domain.Tasks;

/// <summary>Whether an error is tried again, as a task of its own.</summary>
public static class RetryPolicy
{
    /// <summary>The most retries that a code may ask for.</summary>
    public const int MaxRetries = 10;

    /// <summary>True when <paramref name="outcome"/> of <paramref name="task"/> calls for another task.</summary>
    public static bool Allows(TaskState task, TaskOutcome outcome) =>
        outcome is { Phase: TaskPhase.Error, Retryable: true } && task.RetryCount < task.Spec.Retries;

    /// <summary>The task that tries again, due after the code's delay.</summary>
    public static TaskState Next(TaskState task, TaskId id, DateTimeOffset now)
    {
        var spec = task.Spec with { DelaySeconds = task.Spec.RetriesDelaySeconds };
        return TaskStateMachine.Enqueue(id, spec, now).State with
        {
            Lane = task.Lane,
            OriginalId = task.OriginalId ?? task.Id,
            RetryCount = task.RetryCount + 1,
        };
    }
}
