using Orleans.Hybrid.Client;

namespace Orleans.Hybrid.GrainClient;

/// <summary>Which project a grain client works for, and where it finds the control plane.</summary>
public sealed record HybridGrainClientOptions : HybridOptions
{
    /// <summary>The control plane's gateways, each as <c>HOST:PORT</c>. Empty in a process that hosts the grains itself.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => $"grains, project {ProjectId}";
}
