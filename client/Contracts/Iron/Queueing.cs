using System.Text.Json.Serialization;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>A task to queue; what is left out takes the code package's or the server's default.</summary>
public sealed record NewTask
{
    /// <summary>Name of the code package.</summary>
    public required string CodeName { get; init; }

    /// <summary>The program's input, unchanged.</summary>
    public string Payload { get; init => field = value ?? ""; } = "";

    /// <summary>0, 1 or 2; higher runs first.</summary>
    public int? Priority { get; init; }

    /// <summary>Cluster id or name; absent for the default cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    public int? Timeout { get; init; }

    /// <summary>How long to hold it back, in seconds, at most 604,800.</summary>
    public int? Delay { get; init; }

    /// <summary>Free text by which tasks can be listed.</summary>
    public string? Label { get; init; }

    /// <summary>A line for people that says what the task is about, at most 512 characters; the program finds it in <c>TASK_TITLE</c>. An addition.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// Only runners that have all of these labels are given it; beside those that its code package requires. An addition.
    /// </summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>
    /// At most 255 characters. For a day, another request with this key is answered with the first one's task; ours.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// At most 255 characters. While a task with this key waits, another request with it is answered with that task; ours.
    /// </summary>
    public string? UniqueKey { get; init; }

    /// <summary>
    /// How often a runner may start a program with this payload, 1 to 1,000,000, or <c>*</c> for as often as asked; null for once and the
    /// code package's retries. It goes into the payload's envelope, and never to the server.
    /// </summary>
    [JsonIgnore]
    public string? Runs { get; init; }

    /// <summary>From when on no runner starts a program with this payload; null for never. In the envelope, too.</summary>
    [JsonIgnore]
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary>Body of <c>POST P/tasks</c>: all of them are queued, or none.</summary>
public sealed record EnqueueRequest
{
    /// <summary>The tasks.</summary>
    public required IReadOnlyList<NewTask> Tasks { get; init; }
}

/// <summary>Response to <see cref="EnqueueRequest"/>, and to <c>POST P/tasks/{id}/retry</c>.</summary>
public sealed record EnqueueResponse
{
    /// <summary><c>Queued up</c>.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>The new tasks, in the order of the request.</summary>
    public required IReadOnlyList<TaskRef> Tasks { get; init; }
}

/// <summary>Response to <c>POST P/tasks/webhook</c>.</summary>
public sealed record WebhookResponse
{
    /// <summary>The new task: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary><c>Queued up.</c>, with the dot.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";
}

/// <summary>Response to <c>POST P/tasks/cancel</c> and <c>POST P/tasks/retry</c>, additions of ours.</summary>
public sealed record BulkOperationResponse
{
    /// <summary><c>Cancelled</c> or <c>Queued up</c>; <c>Nothing was changed</c> for a dry run.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>How many tasks were changed, or would be.</summary>
    public int Count { get; init; }

    /// <summary>True when they were only counted.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Answer of every call that has nothing else to say, and of every call that failed.</summary>
public sealed record MessageResponse
{
    /// <summary>A word that clients compare, or what went wrong.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";
}
