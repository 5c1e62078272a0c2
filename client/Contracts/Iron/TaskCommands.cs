namespace OrleansHybrid.Contracts.Iron;

/// <summary>Body of <c>POST …/tasks/{id}/retry</c>; all of it may be absent.</summary>
public sealed record RetryRequest
{
    /// <summary>How long the new task waits before it may be claimed, in seconds.</summary>
    public int? Delay { get; init; }
}

/// <summary>Body of <c>POST …/tasks/{id}/progress</c>; what is absent stays as it is.</summary>
public sealed record ProgressRequest
{
    /// <summary>How much is done, 0 to 100.</summary>
    public int? Percent { get; init; }

    /// <summary>The task's message.</summary>
    public string? Msg { get; init; }
}

/// <summary>
/// Body of <c>POST …/tasks/cancel</c> and <c>…/tasks/retry</c>: all tasks that fit every filter given. At least one filter has to be there.
/// </summary>
public sealed record BulkOperationRequest
{
    /// <summary>Name of the code package.</summary>
    public string? CodeName { get; init; }

    /// <summary>The label.</summary>
    public string? Label { get; init; }

    /// <summary>A cluster's id or name.</summary>
    public string? Cluster { get; init; }

    /// <summary>Names of states, one or several.</summary>
    public IReadOnlyList<string>? Status { get; init; }

    /// <summary>Queued at this time or later, in seconds since 1970.</summary>
    public long? FromTime { get; init; }

    /// <summary>Queued at this time or earlier, in seconds since 1970.</summary>
    public long? ToTime { get; init; }

    /// <summary>True to count only.</summary>
    public bool? DryRun { get; init; }
}
