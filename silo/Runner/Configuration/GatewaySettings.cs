using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads how the runner connects to the control plane: over HTTPS, or through gateways of a trusted network.</summary>
internal static class GatewaySettings
{
    private const string CertificateFile = "GATEWAY_CERTIFICATE_FILE";

    private static readonly Dictionary<string, bool> Links = new(StringComparer.OrdinalIgnoreCase) { ["https"] = false, ["grains"] = true };

    /// <summary>True for gateways, false for HTTPS.</summary>
    public static bool ReadLink(SettingReader settings) => settings.ReadWord("LINK", false, Links, "must be https or grains.");

    /// <summary>The gateways; null where something is wrong with them.</summary>
    public static RunnerGateways? Read(SettingReader settings)
    {
        var addresses = GatewayAddress.ParseList(settings["GATEWAYS"]);
        if (addresses is null)
        {
            settings.Reject("GATEWAYS", $"{(settings["GATEWAYS"] is null ? "is missing: with LINK=grains it " : "")}{GatewayAddress.Rule}.");
        }

        var certificate = ReadCertificate(settings);
        return addresses is null || certificate is null ? null : new RunnerGateways(addresses, certificate);
    }

    private static CertificateFiles? ReadCertificate(SettingReader settings)
    {
        var (certificate, key, authority) = (
            ReadFileName(settings, CertificateFile, "a certificate for this runner"),
            ReadFileName(settings, "GATEWAY_KEY_FILE", "its key"),
            ReadFileName(settings, "GATEWAY_CA_FILE", "the installation's ca.crt"));
        if (certificate is null || key is null || authority is null)
        {
            return null;
        }

        var files = new CertificateFiles(certificate, key, authority);
        if (files.FindProblem(TimeProvider.System.GetUtcNow()) is { } problem)
        {
            settings.Reject(CertificateFile, $"and the files that belong to it can't be used: {problem}.");
        }

        return files;
    }

    private static string? ReadFileName(SettingReader settings, string name, string what)
    {
        if (settings[name] is { } file)
        {
            return file;
        }

        settings.Reject(name, $"is missing: with LINK=grains it must name the file with {what}, which silo admin certificate runner NAME makes.");
        return null;
    }
}
