using Microsoft.Extensions.Configuration;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads how the runner connects to the control plane: over HTTPS, or through gateways of a trusted network.</summary>
internal static class GatewaySettings
{
    private const string CertificateFile = "GATEWAY_CERTIFICATE_FILE";

    /// <summary>The gateways; null for HTTPS.</summary>
    public static RunnerGateways? Read(IConfiguration source) => source["LINK"]?.ToLowerInvariant() switch
    {
        null or "https" => null,
        "grains" => new RunnerGateways(
            GatewayAddress.ParseList(source["GATEWAYS"]) ?? throw new ConfigurationException(
                "GATEWAYS", $"{(source["GATEWAYS"] is null ? "is missing: with LINK=grains it " : "")}{GatewayAddress.Rule}."),
            ReadCertificate(source)),
        _ => throw new ConfigurationException("LINK", "must be https or grains."),
    };

    private static CertificateFiles ReadCertificate(IConfiguration source)
    {
        var files = new CertificateFiles(
            ReadFileName(source, CertificateFile, "a certificate for this runner"),
            ReadFileName(source, "GATEWAY_KEY_FILE", "its key"),
            ReadFileName(source, "GATEWAY_CA_FILE", "the installation's ca.crt"));
        return files.FindProblem(TimeProvider.System.GetUtcNow()) is { } problem
            ? throw new ConfigurationException(CertificateFile, $"and the files that belong to it can't be used: {problem}.")
            : files;
    }

    private static string ReadFileName(IConfiguration source, string name, string what) => source[name] ?? throw new ConfigurationException(
        name, $"is missing: with LINK=grains it must name the file with {what}, which silo admin certificate runner NAME makes.");
}
