using System.Globalization;
using OrleansHybrid.Silo.Admin;

namespace OrleansHybrid.Silo.Configuration;

/// <summary>How this silo is one of several.</summary>
internal sealed class ClusteringOptions : ISettings
{
    /// <summary>Where other silos, and clients at its gateway, reach this one; null for a single silo, which has no such ports.</summary>
    public SiloEndpoint? Silo { get; set; }

    /// <summary>The folder with the certificate by which silos, apps and runners know this silo; there wherever <see cref="Silo"/> is.</summary>
    public string? Certificates { get; set; }

    /// <inheritdoc />
    public void Read(SettingReader settings)
    {
        if (settings["HYBRID_SILO"] is null)
        {
            return;
        }

        if (settings["HYBRID_POSTGRES"] is null && settings["HYBRID_POSTGRES_FILE"] is null)
        {
            settings.Reject("HYBRID_SILO", "is for several silos on one PostgreSQL: set HYBRID_POSTGRES_FILE, too.");
        }

        Silo = settings.Read(
            "HYBRID_SILO", Silo, ParseEndpoint, "must be this silo's own address with its two ports, such as 10.0.0.5:11111:30000.");
        Certificates = ReadCertificates(settings);
    }

    private static string? ReadCertificates(SettingReader settings)
    {
        const string setting = "HYBRID_CERTIFICATES";
        if (settings[setting] is not { } folder)
        {
            settings.Reject(
                setting,
                "is missing: with HYBRID_SILO it must name the folder with this silo's certificate, without which no port is opened. silo admin secrets makes it.");
            return null;
        }

        if (InstallationCertificates.OfSilo(folder).FindProblem(TimeProvider.System.GetUtcNow()) is { } problem)
        {
            settings.Reject(setting, $"can't be used: {problem}.");
        }

        return Path.GetFullPath(folder);
    }

    private static SiloEndpoint? ParseEndpoint(string text) =>
        text.Split(':') is [{ Length: > 0 } host, var silo, var gateway]
        && ushort.TryParse(silo, NumberStyles.None, CultureInfo.InvariantCulture, out var siloPort)
        && ushort.TryParse(gateway, NumberStyles.None, CultureInfo.InvariantCulture, out var gatewayPort)
            ? new SiloEndpoint(host, siloPort, gatewayPort)
            : null;
}

/// <summary>A silo's own address in the private network, and its two ports.</summary>
internal sealed record SiloEndpoint(string Host, int SiloPort, int GatewayPort)
{
    /// <summary>As it is configured.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{SiloPort}:{GatewayPort}");
}
