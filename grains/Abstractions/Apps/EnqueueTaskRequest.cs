namespace OrleansHybrid.Abstractions.Apps;

/// <summary>A task to queue; what is left out takes the code package's or the server's default.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.enqueue-task-request")]
public sealed record EnqueueTaskRequest
{
    /// <summary>Name of the code package.</summary>
    [Id(0)]
    public required string CodeName { get; init; }

    /// <summary>The program's input, unchanged.</summary>
    [Id(1)]
    public string Payload { get; init; } = "";

    /// <summary>0, 1 or 2; higher runs first.</summary>
    [Id(2)]
    public int? Priority { get; init; }

    /// <summary>Cluster id or name; null for the project's default cluster.</summary>
    [Id(3)]
    public string? Cluster { get; init; }

    /// <summary>Wall time that the program may take, in seconds.</summary>
    [Id(4)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>How long to hold it back, in seconds, at most 604,800.</summary>
    [Id(5)]
    public int? DelaySeconds { get; init; }

    /// <summary>Free text by which tasks can be listed.</summary>
    [Id(6)]
    public string? Label { get; init; }

    /// <summary>Only runners that have all of these labels are given it, beside those that its code package requires.</summary>
    [Id(7)]
    public string[]? RequiredLabels { get; init; }

    /// <summary>At most 255 characters. For a day, another request with this key gives the first one's task.</summary>
    [Id(8)]
    public string? IdempotencyKey { get; init; }

    /// <summary>At most 255 characters. While a task with this key waits, another request with it gives that task.</summary>
    [Id(9)]
    public string? UniqueKey { get; init; }

    /// <summary>A line for people that says what the task is about, at most 512 characters; the program finds it in <c>TASK_TITLE</c>.</summary>
    [Id(10)]
    public string? Title { get; init; }
}

/// <summary>Names a task that a request queued, or found.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.enqueued-task")]
public sealed record EnqueuedTask
{
    /// <summary>Task id: 24 hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>True when nothing was queued, since this task held one of the keys.</summary>
    [Id(1)]
    public bool IsExisting { get; init; }
}
