namespace OrleansHybrid.Abstractions.Apps;

/// <summary>A code package as apps see it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.code-details")]
public sealed record CodeDetails
{
    /// <summary>Code package id: 24 hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its name, unique in the project.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Number of the latest revision, from 1.</summary>
    [Id(2)]
    public int Revision { get; init; }

    /// <summary>Container image reference.</summary>
    [Id(3)]
    public string Image { get; init; } = "";

    /// <summary>Command line; empty for the image's own.</summary>
    [Id(4)]
    public string Command { get; init; } = "";

    /// <summary>How often a failed task is tried again.</summary>
    [Id(5)]
    public int Retries { get; init; }

    /// <summary>How long such a try is held back, in seconds.</summary>
    [Id(6)]
    public int RetriesDelaySeconds { get; init; }

    /// <summary>How many tasks of it may run at once; 0 for no limit.</summary>
    [Id(7)]
    public int MaxConcurrency { get; init; }

    /// <summary>True while no task of it is given to runners.</summary>
    [Id(8)]
    public bool IsPaused { get; init; }

    /// <summary>The labels that a runner must have to be given its tasks.</summary>
    [Id(9)]
    public string[] RequiredLabels { get; init; } = [];
}
