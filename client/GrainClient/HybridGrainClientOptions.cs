using OrleansHybrid.Client;

namespace OrleansHybrid.GrainClient;

/// <summary>Which project a grain client works for, and where it finds the control plane.</summary>
public sealed record HybridGrainClientOptions : HybridOptions
{
    /// <summary>The control plane's gateways, each as <c>HOST:PORT</c>. Empty in a process that hosts the grains itself.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];

    /// <summary>A user token: a secret. It decides what this client may see, as over HTTPS.</summary>
    public required string Token { get; init; }

    /// <summary>The file with this app's certificate in PEM, of the role app; needed with <see cref="Gateways"/>, read again for each connection.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The file with the key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The file with the authority of the installation, its <c>ca.crt</c>: the only one by which gateways are known.</summary>
    public string? CaFile { get; init; }

    /// <summary>Everything but the token.</summary>
    public override string ToString() => $"grains, project {ProjectId}";
}
