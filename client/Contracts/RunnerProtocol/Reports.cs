namespace OrleansHybrid.Contracts.RunnerProtocol;

/// <summary>Body of <c>POST /runner/v1/release</c>: releases leases, which does not count as a loss.</summary>
public sealed record ReleaseRequest
{
    /// <summary>The leases to release; stale ones are ignored.</summary>
    public required IReadOnlyList<LeaseRef> Leases { get; init; }

    /// <summary>True when the session ends with this call; its credential then dies.</summary>
    public bool Leaving { get; init; }
}

/// <summary>Body of <c>POST /runner/v1/log</c>.</summary>
public sealed record LogUploadRequest
{
    /// <summary>Pieces of logs, ordered per task.</summary>
    public required IReadOnlyList<LogUploadChunk> Pieces { get; init; }
}

/// <summary>Some bytes of one attempt's log.</summary>
public sealed record LogUploadChunk
{
    /// <summary>The lease under which the log was written.</summary>
    public required LeaseRef Lease { get; init; }

    /// <summary>Where the bytes begin in this attempt's log.</summary>
    public required long Offset { get; init; }

    /// <summary>The bytes, at most 1 MiB.</summary>
    public required byte[] Data { get; init; }

    /// <summary>
    /// How many of the bytes come from standard output, how many then from standard error, and so on in turn, at most
    /// <see cref="MaxRuns"/>; the first may be 0, and together they are all of the bytes. Null: all come from standard output.
    /// </summary>
    public IReadOnlyList<int>? Runs { get; init; }

    /// <summary>How many runs a piece may have.</summary>
    public const int MaxRuns = 16 * 1024;
}

/// <summary>Body of <c>POST /runner/v1/finish</c>: results, batched; sending one again changes nothing.</summary>
public sealed record FinishRequest
{
    /// <summary>The results.</summary>
    public required IReadOnlyList<TaskResult> Results { get; init; }
}

/// <summary>How one attempt ended.</summary>
public sealed record TaskResult
{
    /// <summary>The lease under which the task ran.</summary>
    public required LeaseRef Lease { get; init; }

    /// <summary><c>complete</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Short reason, such as <c>exit code 3</c>; empty on success.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The program's exit code; null when it never ran or was killed before it could say.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How long the program ran, in milliseconds; 0 when it never started.</summary>
    public long DurationMilliseconds { get; init; }

    /// <summary>False for an outcome that another try can't change (a payload that does not open): never retried.</summary>
    public required bool Retryable { get; init; }

    /// <summary>The digest of the image that ran, for tasks that end before a heartbeat could report it; null for none.</summary>
    public string? Digest { get; init; }

    /// <summary>The task's last progress, where no heartbeat has reported it; null for nothing new.</summary>
    public TaskProgress? Progress { get; init; }
}

/// <summary>What a task has said of its progress.</summary>
public sealed record TaskProgress
{
    /// <summary>How far it is, in percent from 0 to 100; null where it did not say.</summary>
    public int? Percent { get; init; }

    /// <summary>Its message; null where it had none.</summary>
    public string? Message { get; init; }
}

/// <summary>Answer to release, log and finish: one per item, in the order of the request.</summary>
public sealed record AcknowledgeResponse
{
    /// <summary>
    /// <c>accepted</c>; <c>stale</c> (the lease is no longer ours; HTTP 409 when all are); <c>full</c> (log cap reached: send no
    /// more of this log).
    /// </summary>
    public required IReadOnlyList<string> Statuses { get; init; }
}
