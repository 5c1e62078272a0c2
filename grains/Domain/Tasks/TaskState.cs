using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>One task, whole but for its payload.</summary>
public sealed record TaskState
{
    /// <summary>The id.</summary>
    public required TaskId Id { get; init; }

    /// <summary>The task as requested.</summary>
    public required TaskSpec Spec { get; init; }

    /// <summary>Where it stands.</summary>
    public TaskPhase Phase { get; init; } = TaskPhase.Queued;

    /// <summary>The lane it waits in; 0 until the store has found it.</summary>
    public long Lane { get; init; }

    /// <summary>The number of the last lease, 0 before the first; it only grows.</summary>
    public int Attempt { get; init; }

    /// <summary>How many confirmed leases expired.</summary>
    public int Losses { get; init; }

    /// <summary>How many automatic retries came before this task.</summary>
    public int RetryCount { get; init; }

    /// <summary>The first task of this chain of retries; null for that task itself.</summary>
    public TaskId? OriginalId { get; init; }

    /// <summary>The task that was retried by hand as this one; null when it was queued or retried automatically.</summary>
    public TaskId? RetryOf { get; init; }

    /// <summary>The latest task that retries this one, by itself or by hand; null before the first.</summary>
    public TaskId? RetryId { get; init; }

    /// <summary>The lease out now; also kept, stopping, by a task cancelled while it ran.</summary>
    public Lease? Lease { get; init; }

    /// <summary>When a delayed task comes up; null once it is claimable.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why it ended, or its progress message; empty on success.</summary>
    public string Message { get; init; } = "";

    /// <summary>The program's exit code, where it had one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Progress in percent.</summary>
    public int Percent { get; init; }

    /// <summary>How long the program ran, in milliseconds.</summary>
    public long DurationMilliseconds { get; init; }

    /// <summary>The image's digest as the last attempt found it, or empty.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Size of the current attempt's log, in bytes.</summary>
    public long LogSize { get; init; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the program of the current attempt started; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached its final phase; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
