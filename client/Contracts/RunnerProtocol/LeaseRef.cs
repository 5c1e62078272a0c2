namespace OrleansHybrid.Contracts.RunnerProtocol;

/// <summary>Names one lease of one task: the fence that every report about the task carries.</summary>
public sealed record LeaseRef
{
    /// <summary>Task id: 24 hex digits.</summary>
    public required string TaskId { get; init; }

    /// <summary>Attempt number, from 1; it only grows.</summary>
    public required int Attempt { get; init; }

    /// <summary>The lease's token: 32 hex digits. A fence, worthless without the session that owns it.</summary>
    public required string Token { get; init; }
}
