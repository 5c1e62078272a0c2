namespace OrleansHybrid.Abstractions.Runners;

/// <summary>Names one lease of one task: the fence that every report about the task carries.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.lease-ref")]
public sealed record LeaseRef
{
    /// <summary>Task id: 24 hex digits.</summary>
    [Id(0)]
    public required string TaskId { get; init; }

    /// <summary>Attempt number, from 1; it only grows.</summary>
    [Id(1)]
    public required int Attempt { get; init; }

    /// <summary>The lease's token: 32 hex digits. A fence, worthless without the session that owns it.</summary>
    [Id(2)]
    public required string Token { get; init; }
}
