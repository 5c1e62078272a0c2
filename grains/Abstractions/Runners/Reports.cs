namespace OrleansHybrid.Abstractions.Runners;

/// <summary>Body of <c>POST /runner/v1/release</c>: releases leases, which does not count as a loss.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.release-request")]
public sealed record ReleaseRequest
{
    /// <summary>The leases to release; stale ones are ignored.</summary>
    [Id(0)]
    public required LeaseRef[] Leases { get; init; }

    /// <summary>True when the session ends with this call; its credential then dies.</summary>
    [Id(1)]
    public bool Leaving { get; init; }
}

/// <summary>Body of <c>POST /runner/v1/log</c>.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.log-upload-request")]
public sealed record LogUploadRequest
{
    /// <summary>Pieces of logs, ordered per task.</summary>
    [Id(0)]
    public required LogUploadChunk[] Pieces { get; init; }
}

/// <summary>Some bytes of one attempt's log.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.log-upload-chunk")]
public sealed record LogUploadChunk
{
    /// <summary>The lease under which the log was written.</summary>
    [Id(0)]
    public required LeaseRef Lease { get; init; }

    /// <summary>Where the bytes begin in this attempt's log.</summary>
    [Id(1)]
    public required long Offset { get; init; }

    /// <summary>The bytes, at most 1 MiB.</summary>
    [Id(2)]
    public required byte[] Data { get; init; }

    /// <summary>
    /// How many of the bytes come from standard output, how many then from standard error, and so on in turn, at most
    /// <see cref="MaxRuns"/>; the first may be 0, and together they are all of the bytes. Null: all come from standard output.
    /// </summary>
    [Id(3)]
    public int[]? Runs { get; init; }

    /// <summary>How many runs a piece may have.</summary>
    public const int MaxRuns = 16 * 1024;
}

/// <summary>Body of <c>POST /runner/v1/finish</c>: results, batched; sending one again changes nothing.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.finish-request")]
public sealed record FinishRequest
{
    /// <summary>The results.</summary>
    [Id(0)]
    public required TaskResult[] Results { get; init; }
}

/// <summary>How one attempt ended.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-result")]
public sealed record TaskResult
{
    /// <summary>The lease under which the task ran.</summary>
    [Id(0)]
    public required LeaseRef Lease { get; init; }

    /// <summary><c>complete</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</summary>
    [Id(1)]
    public required string Status { get; init; }

    /// <summary>Short reason, such as <c>exit code 3</c>; empty on success.</summary>
    [Id(2)]
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The program's exit code; null when it never ran or was killed before it could say.</summary>
    [Id(3)]
    public int? ExitCode { get; init; }

    /// <summary>How long the program ran, in milliseconds; 0 when it never started.</summary>
    [Id(4)]
    public long DurationMilliseconds { get; init; }

    /// <summary>False for an outcome that another try can't change (a payload that does not open): never retried.</summary>
    [Id(5)]
    public required bool Retryable { get; init; }

    /// <summary>The digest of the image that ran, for tasks that end before a heartbeat could report it; null for none.</summary>
    [Id(6)]
    public string? Digest { get; init; }

    /// <summary>The task's last progress, where no heartbeat has reported it; null for nothing new.</summary>
    [Id(7)]
    public TaskProgress? Progress { get; init; }
}

/// <summary>The progress that a task has reported.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-progress")]
public sealed record TaskProgress
{
    /// <summary>How far it is, in percent from 0 to 100; null where it did not say.</summary>
    [Id(0)]
    public int? Percent { get; init; }

    /// <summary>Its message; null where it had none.</summary>
    [Id(1)]
    public string? Message { get; init; }
}

/// <summary>Answer to release, log and finish: one per item, in the order of the request.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.acknowledge-response")]
public sealed record AcknowledgeResponse
{
    /// <summary>
    /// <c>accepted</c>; <c>stale</c> (the lease is no longer ours; HTTP 409 when all are); <c>full</c> (log cap reached: send no
    /// more of this log).
    /// </summary>
    [Id(0)]
    public required string[] Statuses { get; init; }
}
