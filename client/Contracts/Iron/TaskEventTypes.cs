namespace OrleansHybrid.Contracts.Iron;

/// <summary>
/// The kinds of server-sent events of <c>GET P/tasks/{id}/events</c>, an addition to the published API. Each has an id,
/// <c>attempt.offset</c>: how far into which attempt's log the reader then is.
/// </summary>
public static class TaskEventTypes
{
    /// <summary>The task as it is now, a <see cref="TaskInfo"/>: first of all, and whenever status, msg or percent change.</summary>
    public const string Status = "status";

    /// <summary>More of the log: a <see cref="LogEvent"/>.</summary>
    public const string Log = "log";

    /// <summary>Another attempt has begun, and its log from the beginning: a <see cref="LogRestartedEvent"/>.</summary>
    public const string Restart = "restart";

    /// <summary>Nothing will follow: the task has ended, and all of its log was sent.</summary>
    public const string End = "end";
}

/// <summary>Some of a task's log, whole characters where it is text.</summary>
public sealed record LogEvent
{
    /// <summary>Where it begins, in bytes of this attempt's log.</summary>
    public required long Offset { get; init; }

    /// <summary>The text; what is no UTF-8 shows as U+FFFD.</summary>
    public required string Text { get; init; }

    /// <summary>The bytes as the program wrote them; null when they are just <see cref="Text"/> in UTF-8.</summary>
    public byte[]? Bytes { get; init; }
}

/// <summary>Which attempt's log begins.</summary>
public sealed record LogRestartedEvent
{
    /// <summary>The number of the attempt.</summary>
    public required int Attempt { get; init; }
}
