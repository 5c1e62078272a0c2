using Orleans.Hybrid.Client;

namespace Orleans.Hybrid.GrainClient;

/// <summary>Which project a grain client works for, and where it finds the control plane.</summary>
public sealed record HybridGrainClientOptions : HybridOptions
{
    /// <summary>
    /// The PostgreSQL database in which the silos find each other, written as for Npgsql: a secret. Null in a process that
    /// hosts the grains itself.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>Everything but the connection string.</summary>
    public override string ToString() => $"grains, project {ProjectId}";
}
