using System.Text.Json.Serialization;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>A task as the Iron API shows it; unset times are <see cref="DateTimeOffset.MinValue"/>.</summary>
public sealed record TaskInfo
{
    /// <summary>Task id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The project that it belongs to: 24 hex digits.</summary>
    public string ProjectId { get; init => field = value ?? ""; } = "";

    /// <summary>The code package that it runs: 24 hex digits.</summary>
    public string CodeId { get; init => field = value ?? ""; } = "";

    /// <summary>The revision of the code package: 24 hex digits.</summary>
    public string CodeHistoryId { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the code package.</summary>
    public string CodeName { get; init => field = value ?? ""; } = "";

    /// <summary>Revision number of the code package, as text.</summary>
    public string CodeRev { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>complete</c>, <c>error</c>, <c>cancelled</c> or <c>timeout</c>; readers must expect others.
    /// <see cref="Phase"/> says more.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Why it ended as it did, or the progress message; empty on plain success.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>0, 1 or 2; higher runs first.</summary>
    public int Priority { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    public int Timeout { get; init; }

    /// <summary>How long it is held back after it was queued, in seconds.</summary>
    public int Delay { get; init; }

    /// <summary>The payload as it was sent: sealed when the client sealed it.</summary>
    public string Payload { get; init => field = value ?? ""; } = "";

    /// <summary>The cluster that it runs on.</summary>
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Free text by which tasks can be listed.</summary>
    public string Label { get; init => field = value ?? ""; } = "";

    /// <summary>What the task is about, for people; null when nobody said. An addition.</summary>
    public string? Title { get; init; }

    /// <summary>The schedule that queued it, or empty.</summary>
    public string ScheduleId { get; init => field = value ?? ""; } = "";

    /// <summary>The queue message that it came from, or empty.</summary>
    public string MessageId { get; init => field = value ?? ""; } = "";

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its program was started.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset EndTime { get; init; }

    /// <summary>How long its program ran, in milliseconds.</summary>
    public long Duration { get; init; }

    /// <summary>How often its program was started.</summary>
    public int RunTimes { get; init; }

    /// <summary>Progress, 0 to 100.</summary>
    public int Percent { get; init; }

    /// <summary>Size of its log, in bytes.</summary>
    public long LogSize { get; init; }

    /// <summary>How many automatic retries came before it.</summary>
    public int RetryCount { get; init; }

    /// <summary>
    /// The task that this one retries: the one that was retried by hand, or the first of a chain of automatic retries; absent when it is
    /// the first.
    /// </summary>
    public string? OriginalTaskId { get; init; }

    /// <summary>The latest task that retries this one; absent when there is none.</summary>
    public string? RetryTaskId { get; init; }

    /// <summary>
    /// Where it stands, in more words than <see cref="Status"/> has, whose own it uses beside <c>claimed</c>, <c>preparing</c> (its image
    /// or zip is on the way) and <c>stopping</c>; readers must expect others. An addition.
    /// </summary>
    public string? Phase { get; init; }

    /// <summary>The runners that had it, the first attempt first; only where one task is asked for, and absent before the first. An addition.</summary>
    public IReadOnlyList<TaskAttempt>? Attempts { get; init; }

    /// <summary>The program's exit code; absent until it is known. An addition to the published API.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How often it was claimed by a runner. An addition to the published API.</summary>
    public int? Attempt { get; init; }

    /// <summary>
    /// The digest of the image that its last attempt ran, as the runner found it (the image's id where it has no digest); absent until
    /// it is known. An addition to the published API.
    /// </summary>
    public string? ImageDigest { get; init; }

    /// <summary>The labels that a runner must have to be given it; absent when it requires none. An addition.</summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>
    /// Why it waits: those of them that no runner of its cluster has or, where each has some, all of them; absent when there is a
    /// runner that has all. An addition.
    /// </summary>
    public IReadOnlyList<string>? MissingLabels { get; init; }
}

/// <summary>One attempt at a task: which runner had it, when, and why that ended.</summary>
public sealed record TaskAttempt
{
    /// <summary>Its number, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The runner's session: 24 hex digits.</summary>
    public string RunnerId { get; init => field = value ?? ""; } = "";

    /// <summary>The runner's name, such as its host's; empty when nothing is known of it any more.</summary>
    public string RunnerName { get; init => field = value ?? ""; } = "";

    /// <summary>When the runner got it.</summary>
    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When it ended; absent while the runner has it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>
    /// How it ended: <c>complete</c>, <c>error</c>, <c>timeout</c>, <c>cancelled</c>, <c>released</c> (by the runner) or
    /// <c>lost</c> (the runner stopped responding); absent while the runner has it. Readers must expect others.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>The reason; empty where there is none.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";
}

/// <summary>Names one task.</summary>
public sealed record TaskRef
{
    /// <summary>Task id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>True when nothing was queued, since this task held one of the keys; ours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Existing { get; init; }
}

/// <summary>Response to <c>GET P/tasks</c>: one page, newest first.</summary>
public sealed record TaskList
{
    /// <summary>The tasks; empty behind the last page.</summary>
    public required IReadOnlyList<TaskInfo> Tasks { get; init; }
}
