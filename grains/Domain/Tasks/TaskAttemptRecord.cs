namespace OrleansHybrid.Domain.Tasks;

/// <summary>One attempt at a task: which runner had it, when, and why that ended.</summary>
public sealed record TaskAttemptRecord(int Number, string SessionId, string RunnerName, DateTimeOffset ClaimedAt)
{
    /// <summary>When it ended; null while the runner has it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The phase that it led to, <c>released</c> or <c>lost</c>; null while the runner has it.</summary>
    public string? Outcome { get; init; }

    /// <summary>The reason; empty where there is none.</summary>
    public string Message { get; init; } = "";

    /// <summary>The same attempt, ended by an event.</summary>
    /// <param name="at">When.</param>
    /// <param name="kind">The event's kind.</param>
    /// <param name="cause">Its cause, where it has one.</param>
    /// <param name="taskMessage">The message of the task, which an event that ends the task leads to.</param>
    public TaskAttemptRecord EndedBy(DateTimeOffset at, string kind, string? cause, string taskMessage)
    {
        var (outcome, message) = kind switch
        {
            "released" => ("released", "its runner released it"),
            "lapsed" => ("lost", "its runner stopped responding"),
            "cancelled" => ("cancelled", ""),
            _ => (cause == "lapsed" ? "lost" : kind, taskMessage),
        };
        return this with { EndedAt = at, Outcome = outcome, Message = message };
    }
}
