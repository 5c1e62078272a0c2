namespace OrleansHybrid.Abstractions.Apps;

/// <summary>A cluster as apps see it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.cluster-details")]
public sealed record ClusterDetails
{
    /// <summary>Cluster id: 24 hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Task slots of all connected runners; null where the runners were not asked for.</summary>
    [Id(2)]
    public int? Slots { get; init; }

    /// <summary>Those of them that are free; null where the runners were not asked for.</summary>
    [Id(3)]
    public int? FreeSlots { get; init; }

    /// <summary>The connected runners; empty where they were not asked for.</summary>
    [Id(4)]
    public RunnerDetails[] Runners { get; init; } = [];

    /// <summary>True when its runners have different keys, so that it is random whether one can open a payload.</summary>
    [Id(5)]
    public bool HasMixedKeys { get; init; }

    /// <summary>Labels that waiting tasks require and no one runner has together.</summary>
    [Id(6)]
    public string[] MissingLabels { get; init; } = [];
}

/// <summary>A connected runner of a cluster.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.runner-details")]
public sealed record RunnerDetails
{
    /// <summary>Its session: 24 hex digits.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>A name for people, such as the host's; not unique.</summary>
    [Id(1)]
    public string Name { get; init; } = "";

    /// <summary>The runner's product version.</summary>
    [Id(2)]
    public string Version { get; init; } = "";

    /// <summary>Its task slots.</summary>
    [Id(3)]
    public int Slots { get; init; }

    /// <summary>Those of them that are free; none while it is paused, drains or is lost.</summary>
    [Id(4)]
    public int FreeSlots { get; init; }

    /// <summary>Ids of the keys with which it opens payloads, 16 hex digits each.</summary>
    [Id(5)]
    public string[] KeyIds { get; init; } = [];

    /// <summary>The labels that tasks may require of it.</summary>
    [Id(6)]
    public string[] Labels { get; init; } = [];

    /// <summary>True while it claims nothing.</summary>
    [Id(7)]
    public bool IsPaused { get; init; }

    /// <summary>True when it has stopped responding.</summary>
    [Id(8)]
    public bool IsLost { get; init; }

    /// <summary>When it was heard of last.</summary>
    [Id(9)]
    public DateTimeOffset SeenAt { get; init; }
}
