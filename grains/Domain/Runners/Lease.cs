using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Runners;

/// <summary>The right of one session to work on one task until a point in time on the database's clock.</summary>
public sealed record Lease
{
    /// <summary>The lease token, which every report about the task must carry.</summary>
    public required LeaseFence Fence { get; init; }

    /// <summary>When it expires, by the database's clock.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>True once the runner has renewed it: from then on an expired lease counts as a loss.</summary>
    public bool Confirmed { get; init; }

    /// <summary>True when the task was cancelled: logs are still accepted, the slot stays in use.</summary>
    public bool Stopping { get; init; }
}

/// <summary>Names one lease: task, attempt, token, and the session that owns it.</summary>
public sealed record LeaseFence(TaskId Task, int Attempt, string Token, string SessionId);
