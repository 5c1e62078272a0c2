namespace OrleansHybrid.Abstractions.Apps;

/// <summary>A task as apps see it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-details")]
public sealed record TaskDetails
{
    /// <summary>Task id: 24 hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The project that it belongs to: 24 hex digits.</summary>
    [Id(1)]
    public required string ProjectId { get; init; }

    /// <summary>The code package that it runs: 24 hex digits.</summary>
    [Id(2)]
    public string CodeId { get; init; } = "";

    /// <summary>The revision of the code package: 24 hex digits; empty when it is gone.</summary>
    [Id(3)]
    public string CodeHistoryId { get; init; } = "";

    /// <summary>Name of the code package.</summary>
    [Id(4)]
    public string CodeName { get; init; } = "";

    /// <summary>Revision number of the code package, from 1.</summary>
    [Id(5)]
    public int CodeRevision { get; init; }

    /// <summary>queued, running, complete, error, cancelled or timeout; readers must expect others.</summary>
    [Id(6)]
    public required string Status { get; init; }

    /// <summary>Where it stands, in more words than its status has: also claimed, preparing and stopping; readers must expect others.</summary>
    [Id(7)]
    public string Phase { get; init; } = "";

    /// <summary>Why it ended as it did, or the progress message; empty on plain success.</summary>
    [Id(8)]
    public string Message { get; init; } = "";

    /// <summary>0, 1 or 2; higher runs first.</summary>
    [Id(9)]
    public int Priority { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    [Id(10)]
    public int TimeoutSeconds { get; init; }

    /// <summary>How long it is held back after it was queued, in seconds.</summary>
    [Id(11)]
    public int DelaySeconds { get; init; }

    /// <summary>The payload as it was sent: sealed when the client sealed it.</summary>
    [Id(12)]
    public string Payload { get; init; } = "";

    /// <summary>The cluster that it runs on: 24 hex digits.</summary>
    [Id(13)]
    public string ClusterId { get; init; } = "";

    /// <summary>Free text by which tasks can be listed.</summary>
    [Id(14)]
    public string Label { get; init; } = "";

    /// <summary>The schedule that queued it, or empty.</summary>
    [Id(15)]
    public string ScheduleId { get; init; } = "";

    /// <summary>When it was queued.</summary>
    [Id(16)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    [Id(17)]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its program was started; null before.</summary>
    [Id(18)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    [Id(19)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long its program ran, in milliseconds.</summary>
    [Id(20)]
    public long DurationMilliseconds { get; init; }

    /// <summary>How often it was claimed by a runner.</summary>
    [Id(21)]
    public int Attempt { get; init; }

    /// <summary>Progress, 0 to 100.</summary>
    [Id(22)]
    public int Percent { get; init; }

    /// <summary>Size of its log, in bytes.</summary>
    [Id(23)]
    public long LogSize { get; init; }

    /// <summary>How many automatic retries came before it.</summary>
    [Id(24)]
    public int RetryCount { get; init; }

    /// <summary>The task that this one retries; null when it is the first.</summary>
    [Id(25)]
    public string? OriginalTaskId { get; init; }

    /// <summary>The latest task that retries this one; null when there is none.</summary>
    [Id(26)]
    public string? RetryTaskId { get; init; }

    /// <summary>The program's exit code; null until it is known.</summary>
    [Id(27)]
    public int? ExitCode { get; init; }

    /// <summary>The digest of the image that its last attempt ran; null until it is known.</summary>
    [Id(28)]
    public string? ImageDigest { get; init; }

    /// <summary>The labels that a runner must have to be given it.</summary>
    [Id(29)]
    public string[] RequiredLabels { get; init; } = [];

    /// <summary>Why it waits: those of them that no runner of its cluster has or, where each has some, all of them; empty when there is a runner that has all.</summary>
    [Id(30)]
    public string[] MissingLabels { get; init; } = [];

    /// <summary>The runners that had it, the first attempt first.</summary>
    [Id(31)]
    public TaskAttemptDetails[] Attempts { get; init; } = [];

    /// <summary>What it is about, for people; null when nobody said.</summary>
    [Id(32)]
    public string? Title { get; init; }
}

/// <summary>One attempt at a task: which runner had it, when, and why that ended.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-attempt-details")]
public sealed record TaskAttemptDetails
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)]
    public required int Attempt { get; init; }

    /// <summary>The runner's session: 24 hex digits.</summary>
    [Id(1)]
    public string RunnerId { get; init; } = "";

    /// <summary>The runner's name, such as its host's; empty when nothing is known of it any more.</summary>
    [Id(2)]
    public string RunnerName { get; init; } = "";

    /// <summary>When the runner got it.</summary>
    [Id(3)]
    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When it ended; null while the runner has it.</summary>
    [Id(4)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended: complete, error, timeout, cancelled, released (by the runner) or lost; null while the runner has it. Readers must expect others.</summary>
    [Id(5)]
    public string? Outcome { get; init; }

    /// <summary>The reason; empty where there is none.</summary>
    [Id(6)]
    public string Message { get; init; } = "";
}

/// <summary>Some bytes of one attempt's log.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.task-log-chunk")]
public sealed record TaskLogChunk
{
    /// <summary>The attempt, from 1.</summary>
    [Id(0)]
    public required int Attempt { get; init; }

    /// <summary>Where the bytes begin in this attempt's log.</summary>
    [Id(1)]
    public required long Offset { get; init; }

    /// <summary>The bytes, at least one.</summary>
    [Id(2)]
    public required byte[] Data { get; init; }
}
