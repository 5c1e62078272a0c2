namespace OrleansHybrid.Contracts.Iron;

/// <summary>A project, bare as <c>GET P</c> answers it.</summary>
public sealed record ProjectInfo
{
    /// <summary>Project id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The cluster of tasks that name none, 24 hex digits; absent when there is none; ours.</summary>
    public string? DefaultCluster { get; init; }
}

/// <summary>Response to <c>GET /projects</c>.</summary>
public sealed record ProjectList
{
    /// <summary>The projects that the token may see.</summary>
    public required IReadOnlyList<ProjectInfo> Projects { get; init; }
}
