namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>A network to make.</summary>
internal sealed record NetworkSpec
{
    private const string InterContainerTrafficOption = "com.docker.network.bridge.enable_icc";

    public required string Name { get; init; }
    public required bool CheckDuplicate { get; init; }
    public required string Driver { get; init; }
    public required IReadOnlyDictionary<string, string> Options { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>A bridge whose containers can't reach each other.</summary>
    public static NetworkSpec Isolated(string name) => new()
    {
        Name = name,
        CheckDuplicate = true,
        Driver = "bridge",
        Options = new Dictionary<string, string> { [InterContainerTrafficOption] = "false", ["com.docker.network.bridge.name"] = name },
        Labels = new Dictionary<string, string> { ["orleans-hybrid.version"] = ProductInfo.Version },
    };

    /// <summary>Whether a bridge with these options keeps its containers apart.</summary>
    public static bool IsIsolated(IReadOnlyDictionary<string, string>? options) => options?.GetValueOrDefault(InterContainerTrafficOption) == "false";
}

/// <summary>A network that is there.</summary>
internal sealed record DockerNetwork
{
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>True when its containers can't reach each other.</summary>
    public bool IsIsolated => NetworkSpec.IsIsolated(Options);
}

/// <summary>Answer to a network's creation.</summary>
internal sealed record CreatedNetwork(string Id);
